package dev.molstream.answering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class HashedNgramsTest {
  private final HashedNgrams encoder = new HashedNgrams(256);

  @Test
  void readsWordsInLowerCaseAndNothingElse() {
    assertThat(HashedNgrams.words("Where's the Café, at 10?"))
        .containsExactly("where", "s", "the", "café", "at", "10");
  }

  @Test
  void givesTheSameTextTheSameVectorOfLengthRootD() {
    float[] vector = encode("When does the ferry leave?");

    assertThat(encode("when DOES the ferry leave")).isEqualTo(vector).hasSize(256);
    assertThat(dot(vector, vector)).isCloseTo(256, within(1e-2));
    assertThat(encoder.encode(List.of())).containsOnly(0);
  }

  @Test
  void hasTextsThatShareWordsOrPartsOfThemNearerThanOthers() {
    float[] question = encode("swimming lessons for children");

    double sameWords = dot(question, encode("lessons for children who cannot swim"));
    double parts = dot(question, encode("a child swims"));
    double nothing = dot(question, encode("old sofa, bulky"));
    assertThat(sameWords).isGreaterThan(parts);
    assertThat(parts).isGreaterThan(nothing + 10);
  }

  @Test
  void refusesADimensionThatIsNoPowerOfTwo() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HashedNgrams(1000))
        .withMessage("dimension 1000 is not a power of two from 2 to 4096");
  }

  private float[] encode(String text) {
    return encoder.encode(HashedNgrams.words(text));
  }

  private static double dot(float[] left, float[] right) {
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += left[i] * right[i];
    }
    return sum;
  }
}
