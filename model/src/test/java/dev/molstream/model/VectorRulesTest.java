package dev.molstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.molstream.retrieval.MolShape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VectorRulesTest {
  private static final MolShape SHAPE = new MolShape(3, 2, 1, 2, 1, 1);

  @Test
  void unpacksWhatIsUsable() {
    assertThat(VectorRules.require("v", List.of(0f, -1e6f), 2)).containsExactly(0, -1e6f);
    assertThat(VectorRules.requireNotZero("v", List.of(0f, -0f, 1e-9f), 3))
        .containsExactly(0f, -0f, 1e-9f);
    assertThat(VectorRules.requireComponents("v", List.of(0.6f, -0.8f, 0f, 1.0009f), 2, SHAPE))
        .containsExactly(0.6f, -0.8f, 0, 1.0009f);
  }

  @Test
  void refusesWhatIsNotNamingTheValueAndWhatIsValid() {
    assertRefused("v has 1 numbers: the model reads 2", List.of(1f));
    assertRefused("v[1] is NaN: valid are numbers within ±1000000", List.of(1f, Float.NaN));
    assertRefused(
        "v[0] is -Infinity: valid are numbers within ±1000000",
        List.of(Float.NEGATIVE_INFINITY, 1f));
    assertRefused("v[0] is 1000001.0: valid are numbers within ±1000000", List.of(1000001f, 1f));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VectorRules.requireNotZero("v", List.of(0f, -0f), 2))
        .withMessage("v is all 0: valid is a vector that encodes something");
  }

  @Test
  void refusesComponentsOfAnotherLengthThanOne() {
    assertNoComponents("v: component 1 has length 0.0000, valid is 1 within 0.001", 1, 0, 0, 0);
    assertNoComponents(
        "v: component 0 has length 1.0020, valid is 1 within 0.001", 1.002f, 0, 0, 1);
    assertNoComponents("v has 3 numbers: the model reads 4", 1, 0, 1);
  }

  private static void assertRefused(String message, List<Float> values) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VectorRules.require("v", values, 2))
        .withMessage(message);
  }

  private static void assertNoComponents(String message, float... values) {
    List<Float> boxed = new ArrayList<>();
    for (float value : values) {
      boxed.add(value);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VectorRules.requireComponents("v", boxed, 2, SHAPE))
        .withMessage(message);
  }
}
