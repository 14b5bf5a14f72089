package dev.molstream.benchmark.catalogue;

import java.util.Arrays;
import java.util.SplittableRandom;

/** For some of the real items, those nearest to them by the cosine of base vectors. Immutable. */
final class Neighbours {
  /** Near items per anchor. */
  static final int NEAR = 8;

  /** Anchors beyond this many would take minutes to look up and add nothing. */
  private static final int MOST_ANCHORS = 4096;

  private final int[] anchors;
  private final int[][] near;
  private final double meanDistance;

  private Neighbours(int[] anchors, int[][] near, double meanDistance) {
    this.anchors = anchors;
    this.near = near;
    this.meanDistance = meanDistance;
  }

  /** Looks at every pair of an anchor and an item; with one item only, it is its own neighbour. */
  static Neighbours among(float[][] bases, long seed) {
    int[] order = shuffled(bases.length, new SplittableRandom(seed));
    int[] anchors = Arrays.copyOf(order, Math.min(order.length, MOST_ANCHORS));
    float[][] units = new float[bases.length][];
    Arrays.setAll(units, i -> unit(bases[i]));
    int[][] near = new int[anchors.length][];
    double distances = 0;
    for (int i = 0; i < anchors.length; i++) {
      near[i] = nearest(units, anchors[i]);
      distances += distance(bases[anchors[i]], bases[near[i][0]]);
    }
    return new Neighbours(anchors, near, distances / anchors.length);
  }

  int count() {
    return anchors.length;
  }

  int anchor(int i) {
    return anchors[i];
  }

  /** The anchor's nearest items, the nearest first. */
  int[] near(int i) {
    return near[i];
  }

  /** The mean Euclidean distance of an anchor and the item nearest to it. */
  double meanDistance() {
    return meanDistance;
  }

  private static int[] nearest(float[][] units, int anchor) {
    int count = Math.min(NEAR, units.length - 1);
    if (count == 0) {
      return new int[] {anchor};
    }
    int[] best = new int[count];
    float[] cosines = new float[count];
    Arrays.fill(cosines, Float.NEGATIVE_INFINITY);
    for (int item = 0; item < units.length; item++) {
      float cosine = dot(units[anchor], units[item]);
      if (item == anchor || cosine <= cosines[count - 1]) {
        continue;
      }
      int place = count - 1;
      for (; place > 0 && cosines[place - 1] < cosine; place--) {
        cosines[place] = cosines[place - 1];
        best[place] = best[place - 1];
      }
      cosines[place] = cosine;
      best[place] = item;
    }
    return best;
  }

  private static float[] unit(float[] vector) {
    double length = Math.max(1e-12, Math.sqrt(dot(vector, vector)));
    float[] unit = vector.clone();
    for (int i = 0; i < unit.length; i++) {
      unit[i] /= (float) length;
    }
    return unit;
  }

  private static float dot(float[] a, float[] b) {
    float sum0 = 0;
    float sum1 = 0;
    int even = a.length & ~1;
    for (int i = 0; i < even; i += 2) {
      sum0 += a[i] * b[i];
      sum1 += a[i + 1] * b[i + 1];
    }
    return even == a.length ? sum0 + sum1 : sum0 + sum1 + a[even] * b[even];
  }

  private static double distance(float[] a, float[] b) {
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      squares += (a[i] - b[i]) * (double) (a[i] - b[i]);
    }
    return Math.sqrt(squares);
  }

  private static int[] shuffled(int count, SplittableRandom random) {
    int[] order = new int[count];
    Arrays.setAll(order, i -> i);
    for (int i = count - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[other];
      order[other] = swapped;
    }
    return order;
  }
}
