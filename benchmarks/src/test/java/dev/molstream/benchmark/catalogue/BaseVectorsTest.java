package dev.molstream.benchmark.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BaseVectorsTest {
  private static final int DIMENSION = 16;
  private static final int REAL = 50;

  @Test
  void keepsRealVectorsAsTheyAre() {
    float[][] real = clusters();
    BaseVectors vectors = BaseVectors.of(real, 1);

    float[] written = new float[DIMENSION + 1];
    vectors.write(7, written, 1);

    for (int i = 0; i < DIMENSION; i++) {
      assertThat(written[i + 1]).isEqualTo(real[7][i]);
    }
  }

  @Test
  void makesTheSameMixtureForTheSameSeedInWhateverOrder() {
    BaseVectors first = BaseVectors.of(clusters(), 1);
    BaseVectors second = BaseVectors.of(clusters(), 1);
    write(second, REAL + 5);

    assertThat(write(second, REAL + 3)).isEqualTo(write(first, REAL + 3));
    assertThat(write(BaseVectors.of(clusters(), 2), REAL + 3)).isNotEqualTo(write(first, REAL + 3));
    assertThat(write(first, REAL + 4)).isNotEqualTo(write(first, REAL + 3));
  }

  @Test
  void putsMixturesWhereRealItemsAre() {
    // given two clusters around -10 and +10, of radius about 1
    BaseVectors vectors = BaseVectors.of(clusters(), 1);

    // when many are made, then each lies in one of them, none in between
    for (int item = REAL; item < REAL + 500; item++) {
      assertThat(Math.abs(write(vectors, item)[0])).isBetween(6f, 14f);
    }
  }

  @Test
  void measuresTheDistanceThatScalesTheNoise() {
    // given items whose nearest neighbour is exactly 3 away
    float[][] real = {{10, 0}, {10, 3}, {-10, 0}, {-10, 3}};

    BaseVectors vectors = BaseVectors.of(real, 1);

    assertThat(vectors.meanNeighbourDistance()).isCloseTo(3, within(1e-6));
    assertThat(vectors.noiseDeviation())
        .isCloseTo(BaseVectors.NOISE_SHARE * 3 / Math.sqrt(2), within(1e-6));
  }

  @Test
  void mixesASingleItemWithItself() {
    BaseVectors vectors = BaseVectors.of(new float[][] {{1, 2}}, 1);

    assertThat(write(vectors, 5)).hasSize(2);
    assertThat(vectors.meanNeighbourDistance()).isZero();
  }

  private static float[] write(BaseVectors vectors, int item) {
    float[] vector = new float[vectors.dimension()];
    vectors.write(item, vector, 0);
    return vector;
  }

  private static float[][] clusters() {
    SplittableRandom random = new SplittableRandom(3);
    float[][] real = new float[REAL][DIMENSION];
    for (int item = 0; item < REAL; item++) {
      for (int i = 0; i < DIMENSION; i++) {
        real[item][i] = (item % 2 == 0 ? 10 : -10) + (float) random.nextDouble(-1, 1);
      }
    }
    return real;
  }
}
