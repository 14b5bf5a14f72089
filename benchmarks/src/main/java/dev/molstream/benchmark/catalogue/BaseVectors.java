package dev.molstream.benchmark.catalogue;

import java.util.SplittableRandom;

/**
 * Base vectors of any number of items: first the real ones, then mixtures of real items that lie
 * near each other, so that the catalogue grows denser where items are and not elsewhere. A mixture
 * has two or three parts with weights that are uniform on the simplex (Dirichlet with all
 * parameters 1), plus Gaussian noise whose expected length is {@value #NOISE_SHARE} of the mean
 * distance between a real item and its nearest.
 *
 * <p>A vector is a function of the real items, the seed and the item's number alone. Immutable.
 */
public final class BaseVectors {
  /** Expected length of the noise, as a share of the mean nearest-neighbour distance. */
  public static final double NOISE_SHARE = 0.5;

  private final float[][] real;
  private final Neighbours neighbours;
  private final long seed;
  private final double noise;

  private BaseVectors(float[][] real, Neighbours neighbours, long seed) {
    this.real = real;
    this.neighbours = neighbours;
    this.seed = seed;
    this.noise = NOISE_SHARE * neighbours.meanDistance() / Math.sqrt(real[0].length);
  }

  /**
   * Prepares mixtures of the given vectors.
   *
   * @param real at least one, all of one length; kept, not copied
   */
  public static BaseVectors of(float[][] real, long seed) {
    return new BaseVectors(real, Neighbours.among(real, seed), seed);
  }

  /** Length of a vector. */
  public int dimension() {
    return real[0].length;
  }

  /** The mean Euclidean distance of a real item's vector and its nearest neighbour's. */
  public double meanNeighbourDistance() {
    return neighbours.meanDistance();
  }

  /** Standard deviation of each number's noise. */
  public double noiseDeviation() {
    return noise;
  }

  /** Writes the item's vector to {@code target} from {@code position}. */
  public void write(int item, float[] target, int position) {
    if (item < real.length) {
      System.arraycopy(real[item], 0, target, position, dimension());
      return;
    }
    // The golden ratio's bits keep the seeds of neighbouring numbers apart.
    SplittableRandom random = new SplittableRandom(seed ^ (item * 0x9E3779B97F4A7C15L));
    int anchor = random.nextInt(neighbours.count());
    int[] near = neighbours.near(anchor);
    float[] first = real[neighbours.anchor(anchor)];
    float[] second = real[near[random.nextInt(near.length)]];
    float[] third = real[near[random.nextInt(near.length)]];
    double firstWeight = exponential(random);
    double secondWeight = exponential(random);
    double thirdWeight = random.nextBoolean() ? exponential(random) : 0;
    double sum = firstWeight + secondWeight + thirdWeight;
    for (int i = 0; i < dimension(); i++) {
      double mixed =
          (firstWeight * first[i] + secondWeight * second[i] + thirdWeight * third[i]) / sum;
      target[position + i] = (float) (mixed + noise * random.nextGaussian());
    }
  }

  private static double exponential(SplittableRandom random) {
    return -Math.log(1 - random.nextDouble());
  }
}
