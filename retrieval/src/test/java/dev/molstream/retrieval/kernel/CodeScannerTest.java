package dev.molstream.retrieval.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.retrieval.Examples;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every scanner against a plain sum. */
class CodeScannerTest {
  /** Not in order: a scanner is prepared with fewer and with more weights than before. */
  private static final int[] DIMENSIONS = {64, 1, 2, 3, 4, 5, 6, 7, 8, 9, 100, 16, 31, 32, 33};

  private static final int MOST_BLOCKS = 9;
  private static final int MOST_ITEMS = MOST_BLOCKS * CodeScanner.BLOCK_ITEMS;

  /** Where results start. */
  private static final int OFFSET = 3;

  private final Arena arena = Arena.ofConfined();
  private final RandomGenerator random = new SplittableRandom(11);
  private final int[] positions = new int[OFFSET + MOST_ITEMS];
  private final float[] scores = new float[OFFSET + MOST_ITEMS];

  @AfterEach
  void freeMemory() {
    arena.close();
  }

  /** Sums of whole numbers are exact, so the floor may be one of them. */
  @ParameterizedTest
  @EnumSource
  void findsWhatReachesTheFloor(KernelKind kind) {
    // given
    CodeScanner scanner = kind.createScanner();
    for (int dimension : DIMENSIONS) {
      byte[] codes = randomCodes(dimension);
      float[] weights = new float[dimension];
      for (int k = 0; k < dimension; k++) {
        weights[k] = random.nextInt(-9, 10);
      }
      double[] sums = sums(codes, weights);
      scanner.prepare(weights);
      Arrays.fill(weights, Float.NaN);
      for (int blocks = 0; blocks <= MOST_BLOCKS; blocks++) {
        int items = blocks * CodeScanner.BLOCK_ITEMS;
        long address = place(Arrays.copyOf(codes, items * dimension));
        float middle = (float) sums[random.nextInt(MOST_ITEMS)];
        for (float floor :
            new float[] {
              Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, middle, Math.nextUp(middle)
            }) {
          Arrays.fill(positions, -1);

          // when
          int found = scanner.scanAbove(address, blocks, floor, positions, scores, OFFSET);

          // then
          Map<Integer, Float> expected = new HashMap<>();
          for (int i = 0; i < items; i++) {
            if (sums[i] >= floor) {
              expected.put(i, (float) sums[i]);
            }
          }
          assertThat(found(found, OFFSET))
              .as("%d dimensions, %d blocks, floor %s", dimension, blocks, floor)
              .isEqualTo(expected);
          assertThat(positions).startsWith(-1, -1, -1);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void sumsToTheRoundingOfFloats(KernelKind kind) {
    // given
    CodeScanner scanner = kind.createScanner();
    for (int dimension : DIMENSIONS) {
      byte[] codes = randomCodes(dimension);
      float[] weights = Examples.gaussians(random, dimension, 1);
      scanner.prepare(weights);

      // when
      int found =
          scanner.scanAbove(
              place(codes), MOST_BLOCKS, Float.NEGATIVE_INFINITY, positions, scores, 0);

      // then
      assertThat(found).isEqualTo(MOST_ITEMS);
      double[] sums = sums(codes, weights);
      Map<Integer, Float> all = found(found, 0);
      for (int i = 0; i < MOST_ITEMS; i++) {
        // Each of the additions rounds a sum of some 128·dimension by 2⁻²⁴.
        assertThat((double) all.getOrDefault(i, Float.NaN))
            .isCloseTo(sums[i], within(1e-5 * dimension * dimension));
      }
    }
  }

  /** Score by position; each position comes once. */
  private Map<Integer, Float> found(int count, int offset) {
    Map<Integer, Float> found = new HashMap<>();
    for (int i = offset; i < offset + count; i++) {
      assertThat(found.put(positions[i], scores[i])).isNull();
    }
    return found;
  }

  /** The least and the largest byte are frequent. */
  private byte[] randomCodes(int dimension) {
    byte[] codes = new byte[MOST_ITEMS * dimension];
    for (int i = 0; i < codes.length; i++) {
      codes[i] =
          switch (random.nextInt(4)) {
            case 0 -> Byte.MIN_VALUE;
            case 1 -> Byte.MAX_VALUE;
            default -> (byte) random.nextInt();
          };
    }
    return codes;
  }

  private static double[] sums(byte[] codes, float[] weights) {
    double[] sums = new double[MOST_ITEMS];
    for (int i = 0; i < MOST_ITEMS; i++) {
      int block = i / 64 * 64 * weights.length;
      for (int k = 0; k < weights.length; k++) {
        sums[i] += (double) weights[k] * codes[block + k * 64 + i % 64];
      }
    }
    return sums;
  }

  private long place(byte[] codes) {
    MemorySegment memory = arena.allocate(Math.max(1, codes.length), 64);
    MemorySegment.copy(codes, 0, memory, JAVA_BYTE, 0, codes.length);
    return memory.address();
  }
}
