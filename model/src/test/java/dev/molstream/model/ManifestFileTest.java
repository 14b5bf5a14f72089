package dev.molstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.molstream.retrieval.MolShape;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;

class ManifestFileTest {
  private static final ModelManifest MANIFEST =
      new ModelManifest(
          "hstu-mol-2026.01",
          Instant.parse("2026-01-31T12:00:00.123Z"),
          "hstu",
          "mol",
          new MolShape(64, 8, 4, 32, 128, 0.05f),
          50,
          new FeatureSpec(8192, 24, 384),
          Map.of("hr@10", 0.2, "anything else", -1e-9));

  private static final ManifestFile FILE =
      new ManifestFile(
          MANIFEST,
          Arrays.stream(BundleFile.values())
              .collect(Collectors.toMap(Function.identity(), file -> "00ff")));

  @Test
  void readsWhatItWrote() {
    assertThat(ManifestFile.parse(FILE.toBytes())).isEqualTo(FILE);
  }

  @Test
  void refusesOtherFormatVersions() {
    assertRefused(
        "\"formatVersion\" : 1", "\"formatVersion\" : 2", "formatVersion is 2, valid is 1");
    assertRefused("\"formatVersion\" : 1,", "", "formatVersion is missing, valid is 1");
  }

  @Test
  void refusesUnknownMissingAndRepeatedFields() {
    assertThatRefused("\"maxHistory\"", "\"age\" : 1, \"maxHistory\"")
        .startsWith("field age is unknown, valid are [created, encoder, ");
    assertRefused("\"maxHistory\" : 50,", "", "field maxHistory is missing");
    assertRefused("\"gateHidden\" : 128,", "", "field shape.gateHidden is missing");
    assertThatRefused("\"maxHistory\" : 50,", "\"maxHistory\" : 50, \"maxHistory\" : 51,")
        .contains("Duplicate field 'maxHistory'");
    assertRefused("\"item-ids.txt\" : \"00ff\",", "", "sha256 has no digest of item-ids.txt");
    assertThatRefused("\"item-ids.txt\" : ", "\"more.txt\" : \"00\", \"item-ids.txt\" : ")
        .startsWith("sha256 lists the files ");
  }

  @Test
  void refusesValuesOfAnotherType() {
    String wholeNumber = ", valid is a whole number";
    String history = "\"maxHistory\" : ";
    assertRefused(history + "50", history + "\"50\"", "field maxHistory is \"50\"" + wholeNumber);
    assertRefused(history + "50", history + "50.5", "field maxHistory is 50.5" + wholeNumber);
    assertRefused(history + "50", history + "null", "field maxHistory is null" + wholeNumber);
    assertRefused(history + "50", history + "{}", "field maxHistory is {}" + wholeNumber);
    assertThatRefused(history + "50", history + "99999999999").contains("99999999999");
    assertRefused("0.05", "\"x\"", "field shape.temperature is \"x\", valid is a number");
    assertRefused("0.2", "null", "field metrics.hr@10 is null, valid is a number");
    assertRefused("\"hstu\"", "[]", "field encoder is [], valid is a text");
    assertRefused(
        "2026-01-31T12:00:00.123Z",
        "yesterday",
        "created \"yesterday\" is not a time such as 2026-01-31T12:00:00Z");
    assertThatRefused("{", "{{").startsWith("is not JSON: ");
  }

  @Test
  void namesTheValueThatIsOutOfRangeAndTheRange() {
    assertRefused(
        "\"queryComponents\" : 8",
        "\"queryComponents\" : 65",
        "field shape: queryComponents 65 is not within 1 to 64");
    assertRefused(
        "\"hashBuckets\" : 8192",
        "\"hashBuckets\" : 1",
        "field features: hashBuckets 1 is not within 2 to 16777216");
    assertRefused(
        "\"maxHistory\" : 50", "\"maxHistory\" : 0", "maxHistory 0 is not within 1 to 10000");
    assertRefused(
        "hstu-mol-2026.01",
        "hstu/mol",
        "modelId \"hstu/mol\" is not 1 to 128 letters (a to z), digits, '.', '_' and '-'");
    assertRefused("\"mol\"", "\"cosine\"", "similarity \"cosine\" is not mol or dot");
    assertRefused("\"mol\"", "\"dot\"", "similarity dot has shape 8x4x32, valid is 1x1x32");
  }

  @Test
  void refusesMetricsThatAreNotNumbers() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new ModelManifest(
                    "m",
                    Instant.EPOCH,
                    "hstu",
                    "mol",
                    MANIFEST.shape(),
                    50,
                    MANIFEST.features(),
                    Map.of("hr@10", Double.NaN)))
        .withMessage("metric hr@10 is NaN, valid is a finite number");
  }

  private static void assertRefused(String found, String replacement, String message) {
    assertThatRefused(found, replacement).isEqualTo(message);
  }

  private static AbstractStringAssert<?> assertThatRefused(String found, String replacement) {
    String json = new String(FILE.toBytes(), StandardCharsets.UTF_8);
    assertThat(json).contains(found);
    byte[] edited = json.replace(found, replacement).getBytes(StandardCharsets.UTF_8);
    Throwable refusal = catchThrowable(() -> ManifestFile.parse(edited));
    assertThat(refusal).isInstanceOf(IllegalArgumentException.class);
    return assertThat(refusal.getMessage()).doesNotContain("\n");
  }
}
