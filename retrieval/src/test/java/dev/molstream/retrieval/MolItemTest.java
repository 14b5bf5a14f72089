package dev.molstream.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MolItemTest {
  @Test
  void copiesItsAttributes() {
    // given
    Map<String, String> attributes = new HashMap<>(Map.of("year", "1999"));
    MolItem item = item("id", attributes);

    // when
    attributes.put("year", "2000");

    // then
    assertThat(item.attributes()).isEqualTo(Map.of("year", "1999"));
  }

  @Test
  void hasNoAttributesUnlessGiven() {
    MolItem item = new MolItem("id", "", List.of(), true, new float[0], new float[0], new float[0]);

    assertThat(item.attributes()).isEmpty();
  }

  @Test
  void refusesAttributesBeyondTheLimits() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> item("id", Map.of("", "value")))
        .withMessage("attribute key of item id: 0 characters are not within 1 to 4096");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> item("id", Map.of("key", "v".repeat(4_094))))
        .withMessage("attributes of item id: 4097 characters are not within 0 to 4096");
    assertThat(item("id", Map.of("key", "v".repeat(4_093))).attributes()).hasSize(1);
  }

  @Test
  void refusesIdsThatUtf8CannotHold() {
    assertThat(item("🎬🎬", Map.of()).itemId()).isEqualTo("🎬🎬");
    for (String id : List.of("a\uD83C", "\uDFAC", "\uDFAC\uD83C", "\uD83Ca")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> item(id, Map.of()))
          .withMessageContaining("half a surrogate pair");
    }
  }

  private static MolItem item(String itemId, Map<String, String> attributes) {
    return new MolItem(
        itemId, "", List.of(), attributes, true, new float[0], new float[0], new float[0]);
  }
}
