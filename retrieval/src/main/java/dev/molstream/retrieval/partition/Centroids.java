package dev.molstream.retrieval.partition;

import dev.molstream.retrieval.snapshot.SnapshotReader;
import dev.molstream.retrieval.snapshot.SnapshotWriter;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The centres of lists, found by k-means in two levels, so that both learning and assigning cost a
 * multiple of √lists instead of lists: regions first, then the lists within each region. Distances
 * are Euclidean, between codes.
 *
 * <p>Immutable; any thread.
 */
final class Centroids {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int ITERATIONS = 8;

  private final int dimension;
  private final Level regions;

  /** Number of the first list of each region, and the number of lists at the end. */
  private final int[] firstList;

  /** The lists of each region. */
  private final Level[] lists;

  /** All lists' centres. */
  private final Level all;

  private Centroids(int dimension, Level regions, Level[] lists) {
    this.dimension = dimension;
    this.regions = regions;
    this.lists = lists;
    this.firstList = new int[lists.length + 1];
    for (int i = 0; i < lists.length; i++) {
      firstList[i + 1] = firstList[i] + lists[i].count;
    }
    float[] rows = new float[firstList[lists.length] * dimension];
    for (int i = 0; i < lists.length; i++) {
      for (int j = 0; j < lists[i].count; j++) {
        lists[i].copyRow(j, rows, (firstList[i] + j) * dimension);
      }
    }
    this.all = Level.of(rows, dimension);
  }

  /** One list for everything. */
  static Centroids single(int dimension) {
    Level origin = Level.of(new float[dimension], dimension);
    return new Centroids(dimension, origin, new Level[] {origin});
  }

  /**
   * Learns from a sample of codes.
   *
   * @param sample rows of {@code dimension} numbers
   * @param count how many lists are wanted; there may be fewer
   */
  static Centroids learn(float[] sample, int dimension, int count, SplittableRandom random) {
    int rows = sample.length / dimension;
    int regionCount = Math.max(1, Math.min((int) Math.round(Math.sqrt(count)), rows));
    Level regions = kMeans(sample, dimension, regionCount, random);
    int[] region = new int[rows];
    int[] members = new int[regions.count];
    float[] scratch = new float[regions.padded()];
    for (int row = 0; row < rows; row++) {
      region[row] = regions.nearest(sample, row * dimension, scratch);
      members[region[row]]++;
    }
    Level[] lists = new Level[regions.count];
    for (int i = 0; i < lists.length; i++) {
      float[] own = new float[members[i] * dimension];
      for (int row = 0, to = 0; row < rows; row++) {
        if (region[row] == i) {
          System.arraycopy(sample, row * dimension, own, to, dimension);
          to += dimension;
        }
      }
      long share = Math.max(1, Math.round((double) count * members[i] / rows));
      lists[i] =
          members[i] == 0
              ? Level.of(regions.row(i), dimension)
              : kMeans(own, dimension, (int) Math.min(share, members[i]), random);
    }
    return new Centroids(dimension, regions, lists);
  }

  /** What {@link #save} wrote. */
  static Centroids restore(SnapshotReader in) {
    int dimension = in.readInt();
    Level regions = Level.of(in.readFloats(), dimension);
    Level[] lists = new Level[regions.count];
    for (int i = 0; i < lists.length; i++) {
      lists[i] = Level.of(in.readFloats(), dimension);
    }
    return new Centroids(dimension, regions, lists);
  }

  /** Writes what {@link #restore} reads. */
  void save(SnapshotWriter out) throws IOException {
    out.writeInt(dimension);
    out.writeFloats(regions.rows());
    for (Level level : lists) {
      out.writeFloats(level.rows());
    }
  }

  /** How many lists. */
  int count() {
    return all.count;
  }

  /** How many regions. */
  int regionCount() {
    return lists.length;
  }

  /** The first list of a region, or of the one after the last: how many lists there are. */
  int firstList(int region) {
    return firstList[region];
  }

  /** The region of a list. */
  int region(int list) {
    int at = Arrays.binarySearch(firstList, list);
    return at >= 0 ? at : -at - 2;
  }

  /** Floats of scratch for {@link #nearest}. */
  int scratchFloats() {
    int most = Math.max(regions.padded(), all.padded());
    return most;
  }

  /** The list for a code. */
  int nearest(float[] code, float[] scratch) {
    int region = regions.nearest(code, 0, scratch);
    return firstList[region] + lists[region].nearest(code, 0, scratch);
  }

  /** Squared distance of a code from the centre of a list. */
  float squaredDistance(float[] code, int list) {
    return all.squaredDistance(code, list);
  }

  /** The list of the region whose centre is nearest to the region's. */
  int centralList(int region) {
    return firstList[region]
        + lists[region].nearest(regions.row(region), 0, new float[lists[region].padded()]);
  }

  long retainedBytes() {
    return 8L * all.columns.length + 4L * regions.columns.length;
  }

  private static Level kMeans(float[] sample, int dimension, int count, SplittableRandom random) {
    int rows = sample.length / dimension;
    float[] centres = new float[count * dimension];
    for (int i = 0; i < count; i++) {
      // A row from each stretch of the sample: distinct rows, seeded.
      int from = (int) ((long) rows * i / count);
      int to = (int) ((long) rows * (i + 1) / count);
      System.arraycopy(
          sample, random.nextInt(from, to) * dimension, centres, i * dimension, dimension);
    }
    int[] members = new int[count];
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      Level level = Level.of(centres, dimension);
      float[] sums = new float[centres.length];
      float[] scratch = new float[level.padded()];
      Arrays.fill(members, 0);
      for (int row = 0; row < rows; row++) {
        int nearest = level.nearest(sample, row * dimension, scratch);
        members[nearest]++;
        FloatRows.addScaled(1, sample, row * dimension, sums, nearest * dimension, dimension);
      }
      for (int i = 0; i < count; i++) {
        if (members[i] > 0) {
          for (int k = 0; k < dimension; k++) {
            centres[i * dimension + k] = sums[i * dimension + k] / members[i];
          }
        } else {
          System.arraycopy(
              sample, random.nextInt(rows) * dimension, centres, i * dimension, dimension);
        }
      }
    }
    return Level.of(centres, dimension);
  }

  /** Some centres, dimension major, so that one lane works on one centre. */
  private static final class Level {
    private static final int STRIDE = 4 * SPECIES.length();

    final int dimension;
    final int count;

    /** Blocks of {@link #STRIDE} centres, each block dimension major. */
    final float[] columns;

    /** Half the squared length of each centre; +∞ where there is none. */
    final float[] halfSquares;

    private Level(int dimension, int count, float[] columns, float[] halfSquares) {
      this.dimension = dimension;
      this.count = count;
      this.columns = columns;
      this.halfSquares = halfSquares;
    }

    static Level of(float[] rows, int dimension) {
      int count = rows.length / dimension;
      int padded = (count + STRIDE - 1) / STRIDE * STRIDE;
      float[] columns = new float[padded * dimension];
      float[] halfSquares = new float[padded];
      Arrays.fill(halfSquares, Float.POSITIVE_INFINITY);
      for (int i = 0; i < count; i++) {
        halfSquares[i] = FloatRows.dot(rows, i * dimension, rows, i * dimension, dimension) / 2;
        for (int k = 0; k < dimension; k++) {
          columns[i / STRIDE * STRIDE * dimension + k * STRIDE + i % STRIDE] =
              rows[i * dimension + k];
        }
      }
      return new Level(dimension, count, columns, halfSquares);
    }

    int padded() {
      return halfSquares.length;
    }

    float[] row(int i) {
      float[] row = new float[dimension];
      copyRow(i, row, 0);
      return row;
    }

    float[] rows() {
      float[] rows = new float[count * dimension];
      for (int i = 0; i < count; i++) {
        copyRow(i, rows, i * dimension);
      }
      return rows;
    }

    void copyRow(int i, float[] target, int position) {
      for (int k = 0; k < dimension; k++) {
        target[position + k] = columns[i / STRIDE * STRIDE * dimension + k * STRIDE + i % STRIDE];
      }
    }

    float squaredDistance(float[] code, int i) {
      float sum = 0;
      for (int k = 0; k < dimension; k++) {
        float difference =
            code[k] - columns[i / STRIDE * STRIDE * dimension + k * STRIDE + i % STRIDE];
        sum += difference * difference;
      }
      return sum;
    }

    int nearest(float[] code, int from, float[] scratch) {
      products(code, from, scratch);
      int best = 0;
      float most = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < count; i++) {
        float closeness = scratch[i] - halfSquares[i];
        if (closeness > most) {
          most = closeness;
          best = i;
        }
      }
      return best;
    }

    void products(float[] code, int from, float[] out) {
      int lanes = SPECIES.length();
      for (int block = 0; block < padded(); block += STRIDE) {
        FloatVector sum0 = FloatVector.zero(SPECIES);
        FloatVector sum1 = sum0;
        FloatVector sum2 = sum0;
        FloatVector sum3 = sum0;
        int at = block * dimension;
        for (int k = 0; k < dimension; k++, at += STRIDE) {
          FloatVector weight = FloatVector.broadcast(SPECIES, code[from + k]);
          sum0 = FloatVector.fromArray(SPECIES, columns, at).fma(weight, sum0);
          sum1 = FloatVector.fromArray(SPECIES, columns, at + lanes).fma(weight, sum1);
          sum2 = FloatVector.fromArray(SPECIES, columns, at + 2 * lanes).fma(weight, sum2);
          sum3 = FloatVector.fromArray(SPECIES, columns, at + 3 * lanes).fma(weight, sum3);
        }
        sum0.intoArray(out, block);
        sum1.intoArray(out, block + lanes);
        sum2.intoArray(out, block + 2 * lanes);
        sum3.intoArray(out, block + 3 * lanes);
      }
    }
  }
}
