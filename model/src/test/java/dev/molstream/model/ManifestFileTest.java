package dev.molstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.molstream.retrieval.MolShape;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    String version = "\"formatVersion\" : ";
    assertRefused(version + 1, version + 2, "formatVersion is 2, valid is 1");
    assertRefused(
        version + 1, version + "1.5", "field formatVersion is 1.5, valid is a whole number");
    assertRefused(
        version + 1, version + "\"1\"", "field formatVersion is \"1\", valid is a whole number");
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
        .isEqualTo(
            "sha256 lists more.txt, valid are [gating.safetensors, item-ids.txt, item-tower.onnx,"
                + " query-tower.onnx, weights.safetensors]");
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
  }

  @Test
  void refusesWhatIsNoJsonObject() {
    assertThatRefused("{", "{{").startsWith("is not JSON: line 1, column ");
    assertThatRefused("0.2", "NaN")
        .endsWith("Non-standard token 'NaN'")
        .startsWith("is not JSON: line ");
    assertThat(refusal("{")).startsWith("is not JSON: line 1, column 2: Unexpected end-of-input");
    for (String other : List.of("", "[]", "null", "\"a\"")) {
      assertThat(refusal(other)).isEqualTo("is not a JSON object, valid is { … }");
    }
    String trailing = new String(FILE.toBytes(), StandardCharsets.UTF_8) + "{}";
    assertThat(refusal(trailing)).contains("Trailing token").doesNotContain("\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          '"queryComponents" : 8'     | 0       | field shape: queryComponents 0 is not within 1 to 64
          '"queryComponents" : 8'     | 65      | field shape: queryComponents 65 is not within 1 to 64
          '"itemComponents" : 4'      | 65      | field shape: itemComponents 65 is not within 1 to 64
          '"componentDimension" : 32' | 1025    | field shape: componentDimension 1025 is not within 1 to 1024
          '"baseDimension" : 64'      | 4097    | field shape: baseDimension 4097 is not within 1 to 4096
          '"gateHidden" : 128'        | 0       | field shape: gateHidden 0 is not within 1 to 4096
          '"gateHidden" : 128'        | 4097    | field shape: gateHidden 4097 is not within 1 to 4096
          '"temperature" : 0.05'      | 0       | field shape: temperature 0.0 is not within 1.0E-4 to 10000.0
          '"temperature" : 0.05'      | -0.05   | field shape: temperature -0.05 is not within 1.0E-4 to 10000.0
          '"temperature" : 0.05'      | 1e-9    | field shape: temperature 1.0E-9 is not within 1.0E-4 to 10000.0
          '"temperature" : 0.05'      | 1e99    | field shape: temperature Infinity is not within 1.0E-4 to 10000.0
          '"hashBuckets" : 8192'      | 1       | field features: hashBuckets 1 is not within 2 to 16777216
          '"hashBuckets" : 8192'      | 20000000 | field features: hashBuckets 20000000 is not within 2 to 16777216
          '"maxFeatures" : 24'        | 0       | field features: maxFeatures 0 is not within 1 to 1024
          '"maxFeatures" : 24'        | 1025    | field features: maxFeatures 1025 is not within 1 to 1024
          '"contentDimension" : 384'  | -1      | field features: contentDimension -1 is not within 0 to 8192
          '"contentDimension" : 384'  | 8193    | field features: contentDimension 8193 is not within 0 to 8192
          '"maxHistory" : 50'         | 0       | maxHistory 0 is not within 1 to 10000
          '"maxHistory" : 50'         | 10001   | maxHistory 10001 is not within 1 to 10000
          '"hr@10" : 0.2'             | 1e999   | metric hr@10 is Infinity, valid is a finite number
          """)
  void namesTheValueThatIsOutOfRangeAndTheRange(String field, String value, String message) {
    assertRefused(field, field.replaceFirst(": .*", ": " + value), message);
  }

  @Test
  void refusesNamesAndSimilaritiesThatAreNone() {
    String name = "\" is not 1 to 128 letters (a to z), digits, '.', '_' and '-'";
    assertRefused("hstu-mol-2026.01", "hstu/mol", "modelId \"hstu/mol" + name);
    assertRefused("hstu-mol-2026.01", "", "modelId \"" + name);
    assertRefused("\"hstu\"", "\"my model\"", "encoder \"my model" + name);
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
    return assertThat(refusal(json.replace(found, replacement))).doesNotContain("\n");
  }

  private static String refusal(String json) {
    Throwable refusal =
        catchThrowable(() -> ManifestFile.parse(json.getBytes(StandardCharsets.UTF_8)));
    assertThat(refusal).isInstanceOf(IllegalArgumentException.class);
    return String.valueOf(refusal.getMessage());
  }
}
