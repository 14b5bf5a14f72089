package dev.molstream.retrieval.search;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.retrieval.Examples;
import dev.molstream.retrieval.MolShape;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AveragedCodesTest {
  private final SplittableRandom random = new SplittableRandom(41);
  private final MolShape shape = Examples.shape(2, 3, 20, 4);
  private final AveragedCodes codes = new AveragedCodes(shape);

  @Test
  void holdsTheMeanOfAnItemsComponents() {
    // given
    Map<Integer, float[]> model = new HashMap<>();

    // when
    for (int i = 0; i < 500; i++) {
      int slot = random.nextInt(4) * 64_000 + random.nextInt(200);
      float[] components = Examples.units(random, 3, 20);
      codes.put(slot, components);
      model.put(slot, components);
    }

    // then
    float largest = 127 * codes.step();
    model.forEach(
        (slot, components) -> {
          for (int k = 0; k < 20; k++) {
            float mean = (components[k] + components[20 + k] + components[40 + k]) / 3;
            assertThat(code(slot, k) * codes.step())
                .isCloseTo(Math.clamp(mean, -largest, largest), within(0.51f * codes.step()));
          }
        });
    assertThat(codes.retainedBytes()).isEqualTo(3L * 65_536 * 20);
  }

  @Test
  void holdsLargeMeansWithinAByte() {
    float[] components = new float[60];
    components[0] = 3;
    components[1] = -3;

    codes.put(5, components);

    assertThat(code(5, 0)).isEqualTo((byte) 127);
    assertThat(code(5, 1)).isEqualTo((byte) -127);
    assertThat(code(5, 2)).isZero();
  }

  @Test
  void countsTheBlocksOfEachChunk() {
    assertThat(codes.blocks(0, 0)).isZero();
    assertThat(codes.blocks(0, 1)).isEqualTo(1);
    assertThat(codes.blocks(0, 64)).isEqualTo(1);
    assertThat(codes.blocks(0, 65)).isEqualTo(2);
    assertThat(codes.blocks(0, 65_536)).isEqualTo(1_024);
    assertThat(codes.blocks(0, 1_000_000)).isEqualTo(1_024);
    assertThat(codes.blocks(1, 65_536)).isZero();
    assertThat(codes.blocks(1, 65_537)).isEqualTo(1);
    assertThat(AveragedCodes.firstSlot(2)).isEqualTo(131_072);
  }

  private byte code(int slot, int k) {
    int place = slot % 65_536;
    return codes.chunks()[slot / 65_536].get(
        JAVA_BYTE, place / 64 * 64L * 20 + k * 64L + place % 64);
  }
}
