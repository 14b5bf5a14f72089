package dev.molstream.retrieval.search;

/** Finds the best of many in linear time. */
final class Selection {
  private Selection() {}

  /** The {@code best}-th highest of {@code count} values, which are reordered. */
  static float best(float[] values, int count, int best) {
    int low = 0;
    int high = count - 1;
    while (low < high) {
      float pivot = median(values[low], values[low + high >>> 1], values[high]);
      int i = low;
      int j = high;
      while (i <= j) {
        while (values[i] > pivot) {
          i++;
        }
        while (values[j] < pivot) {
          j--;
        }
        if (i <= j) {
          float value = values[i];
          values[i++] = values[j];
          values[j--] = value;
        }
      }
      if (best - 1 <= j) {
        high = j;
      } else if (best - 1 >= i) {
        low = i;
      } else {
        break;
      }
    }
    return values[best - 1];
  }

  /**
   * Reorders both arrays together so that the {@code best} highest values come first, in no order.
   *
   * @param count how many of the arrays' numbers count
   */
  static void bestFirst(float[] values, int[] companions, int count, int best) {
    bestFirst(values, companions, 0, count, best);
  }

  /** The same between {@code from} and {@code to}. */
  static void bestFirst(float[] values, int[] companions, int from, int to, int best) {
    int low = from;
    int high = to - 1;
    int last = from + best - 1;
    while (low < high) {
      float pivot = median(values[low], values[low + high >>> 1], values[high]);
      int i = low;
      int j = high;
      while (i <= j) {
        while (values[i] > pivot) {
          i++;
        }
        while (values[j] < pivot) {
          j--;
        }
        if (i <= j) {
          float value = values[i];
          values[i] = values[j];
          values[j] = value;
          int companion = companions[i];
          companions[i++] = companions[j];
          companions[j--] = companion;
        }
      }
      if (last <= j) {
        high = j;
      } else if (last >= i) {
        low = i;
      } else {
        return;
      }
    }
  }

  private static float median(float a, float b, float c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }
}
