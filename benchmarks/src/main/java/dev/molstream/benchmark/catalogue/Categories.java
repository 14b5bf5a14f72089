package dev.molstream.benchmark.catalogue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Made-up categories to filter by: of known share, independent of the vectors, and one that has its
 * items all on one side of the vector space. Immutable.
 */
public final class Categories {
  /** Shares of the independent categories. */
  private static final List<Double> SHARES = List.of(0.5, 0.1, 0.01, 0.001);

  private static final double CORRELATED_SHARE = 0.01;
  private static final int SAMPLE = 20_000;

  private final long seed;
  private final float[] direction;
  private final double threshold;

  private Categories(long seed, float[] direction, double threshold) {
    this.seed = seed;
    this.direction = direction;
    this.threshold = threshold;
  }

  /**
   * One category.
   *
   * @param name as items carry it
   * @param share of the items that carry it
   * @param correlated whether it goes with the vectors
   */
  public record Category(String name, double share, boolean correlated) {}

  /** Categories of a catalogue of so many items. */
  public static Categories of(BaseVectors bases, int items, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] direction = new float[bases.dimension()];
    for (int i = 0; i < direction.length; i++) {
      direction[i] = (float) random.nextGaussian();
    }
    int count = Math.min(items, SAMPLE);
    double[] projections = new double[count];
    float[] base = new float[bases.dimension()];
    for (int i = 0; i < count; i++) {
      bases.write((int) ((long) i * items / count), base, 0);
      projections[i] = project(direction, base, 0);
    }
    Arrays.sort(projections);
    double threshold = projections[(int) Math.min(count - 1, (1 - CORRELATED_SHARE) * count)];
    return new Categories(seed, direction, threshold);
  }

  /** All there are. */
  public static List<Category> all() {
    List<Category> all = new ArrayList<>();
    SHARES.forEach(share -> all.add(new Category(name(share), share, false)));
    all.add(new Category("correlated", CORRELATED_SHARE, true));
    return all;
  }

  /** Those an item carries; its base vector begins at {@code position}. */
  List<String> of(int item, float[] bases, int position) {
    SplittableRandom random = new SplittableRandom(~seed ^ (item * 0x9E3779B97F4A7C15L));
    List<String> carried = new ArrayList<>(SHARES.size());
    for (double share : SHARES) {
      if (random.nextDouble() < share) {
        carried.add(name(share));
      }
    }
    if (project(direction, bases, position) >= threshold) {
      carried.add("correlated");
    }
    return carried;
  }

  private static String name(double share) {
    return "share-" + share;
  }

  private static double project(float[] direction, float[] bases, int position) {
    double sum = 0;
    for (int i = 0; i < direction.length; i++) {
      sum += direction[i] * bases[position + i];
    }
    return sum;
  }
}
