package dev.molstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ItemFeatureEncoderTest {
  private static final ItemFeatureEncoder ENCODER =
      ItemFeatureEncoder.of(new FeatureSpec(10_001, 8, 0), List.of("1", "tt42"));

  @Test
  void hashesToTheBucketsTrainedBundlesDependOn() {
    // year:1999, decade:1990, category:action, category:sci-fi, word:matrix, padding.
    assertThat(features("Matrix, The (1999)", List.of("Action", "Sci-Fi"), Map.of()))
        .containsExactly(3303, 3531, 2804, 7065, 8861, 0, 0, 0);
  }

  @Test
  void hashesWithFnv1aOver10000Buckets() {
    // Published FNV-1a test vectors: "a" is e40c292c, "foobar" is bf9cf968. A word has a prefix.
    assertThat(fnv1a("a")).isEqualTo(0xe40c292cL);
    assertThat(fnv1a("foobar")).isEqualTo(0xbf9cf968L);
    assertThat(features("Heat", List.of(), Map.of())[0]).isEqualTo(1 + fnv1a("word:heat") % 10_000);
    assertThat(features("Амели", List.of(), Map.of())[0])
        .isEqualTo(1 + fnv1a("word:амели") % 10_000);
  }

  @Test
  void readsTitlesTheSameHoweverTheyAreWritten() {
    assertThat(title("The Matrix (1999)")).isEqualTo(title("MATRIX, the  (1999) "));
    assertThat(title("Rosemary’s Baby")).isEqualTo(title("rosemary's baby"));
    assertThat(title("Ｈｅａｔ")).isEqualTo(title("heat"));
    assertThat(title("Cafe\u0301")).isEqualTo(title("CAFÉ"));
    assertThat(title("Heat (1995-1997)")).isEqualTo(title("Heat (1995)"));
    assertThat(title("Heat")).isNotEqualTo(title("Hate"));
  }

  @Test
  void takesTheYearFromTheTitleBeforeTheAttribute() {
    assertThat(features("Heat (1995)", List.of(), Map.of("year", "2001")))
        .isEqualTo(title("Heat (1995)"));
    assertThat(features("Heat", List.of(), Map.of("year", " 1995 ")))
        .isEqualTo(title("Heat (1995)"));
    assertThat(features("Heat", List.of(), Map.of("year", "unknown"))).isEqualTo(title("Heat"));
    assertThat(title("1984 (1984)")[2]).isEqualTo(1 + fnv1a("word:1984") % 10_000);
  }

  @Test
  void dropsTitleWordsFirstWhenThereAreTooManyFeatures() {
    long[] features =
        features("one two three four five six (2001)", List.of("a", "b", "c", "d"), Map.of());

    assertThat(features[6]).isEqualTo(1 + fnv1a("word:one") % 10_000);
    assertThat(features[7]).isEqualTo(1 + fnv1a("word:two") % 10_000);
    assertThat(Arrays.stream(features).distinct()).hasSize(8);
  }

  @Test
  void usesABucketOnceAndPadsWithZero() {
    assertThat(Arrays.stream(title("New York, New York")).filter(bucket -> bucket != 0)).hasSize(2);
    assertThat(title("")).containsOnly(0);
    assertThat(title("The '")).containsOnly(0);
  }

  @Test
  void staysWithinTheBucketsAndWritesOnlyItsPart() {
    ItemFeatureEncoder tiny = ItemFeatureEncoder.of(new FeatureSpec(2, 3, 0), List.of());
    long[] target = {9, 9, 9, 9, 9};

    tiny.features(new ItemContent("1", "one two", List.of(), Map.of(), null), target, 1);

    assertThat(target).containsExactly(9, 1, 0, 0, 9);
  }

  @Test
  void numbersRowsFromOneAndUnknownItemsZero() {
    assertThat(ENCODER.row("1")).isEqualTo(1);
    assertThat(ENCODER.row("tt42")).isEqualTo(2);
    assertThat(ENCODER.row("2")).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ItemFeatureEncoder.of(ENCODER.spec(), List.of("1", "1")))
        .withMessage("item id \"1\" comes twice");
  }

  private static long fnv1a(String text) {
    long hash = 0x811c9dc5L;
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      hash = ((hash ^ (octet & 0xff)) * 0x01000193L) & 0xffffffffL;
    }
    return hash;
  }

  private static long[] title(String title) {
    return features(title, List.of(), Map.of());
  }

  private static long[] features(
      String title, List<String> categories, Map<String, String> attributes) {
    long[] features = new long[8];
    ENCODER.features(new ItemContent("1", title, categories, attributes, null), features, 0);
    return features;
  }
}
