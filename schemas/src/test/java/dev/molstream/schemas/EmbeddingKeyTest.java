package dev.molstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingKeyTest {
  @ParameterizedTest
  @ValueSource(strings = {"1270", "a/b/c", "/", "naïve 🎬"})
  void readsWhatItWrites(String itemId) {
    EmbeddingKey key = EmbeddingKey.of("ml-1m_2.0", itemId);

    assertThat(key.toString()).isEqualTo("ml-1m_2.0/" + itemId);
    assertThat(EmbeddingKey.parse(key.toString())).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "model", "/item", "model/", "mo del/item", "möd/item"})
  void refusesOtherTextNamingIt(String text) {
    assertThatThrownBy(() -> EmbeddingKey.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("valid");
  }

  @Test
  void refusesAnItemIdOfMoreThan256Characters() {
    assertThat(EmbeddingKey.of("m", "x".repeat(256)).itemId()).hasSize(256);
    assertThatThrownBy(() -> EmbeddingKey.of("m", "x".repeat(257)))
        .hasMessageContaining("257 characters")
        .hasMessageContaining("1 to 256");
  }
}
