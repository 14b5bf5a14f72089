package dev.molstream.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molstream.schemas.RecordFormatException.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AvroJsonTest {
  @ParameterizedTest
  @MethodSource("dev.molstream.schemas.AvroSerdeTest#records")
  void readsWhatItWrites(SpecificRecord record) {
    assertThat(AvroJson.read(AvroJson.write(record), record.getClass())).isEqualTo(record);
  }

  @Test
  void writesPlainJsonWithoutUnionTagsOrNulls() {
    assertThat(text(AvroJson.write(Records.answer())))
        .isEqualTo(
            """
            {"requestId":"r-1","userId":"1","status":"OK",\
            "items":[{"itemId":"1270","title":"Back to the Future (1985)","score":3.25}],\
            "modelId":"m-1","certificate":"NONE",\
            "timings":{"waitMicros":1,"historyMicros":2,"encodeMicros":3,"searchMicros":4,"totalMicros":9},\
            "historyLength":0,"timestamp":1795342530123,"missingEvents":[],"missingShards":[]}\
            """);
    assertThat(text(AvroJson.write(Records.embedding()))).contains("\"base\":\"AACAPwAAAEAAAEBA\"");
  }

  @Test
  void fillsInDefaultsAtEveryLevel() {
    RecommendationRequest request =
        request("{\"userId\":\"1\",\"k\":5,\"filters\":{\"categories\":[\"Drama\"]}}");

    assertThat(request)
        .isEqualTo(
            RecommendationRequest.newBuilder()
                .setUserId("1")
                .setK(5)
                .setFilters(new RequestFilters(List.of("Drama"), List.of()))
                .build());
    assertThat(request.getExcludeSeen()).isTrue();
  }

  @Test
  void readsReadyVectorsFromPlainArraysOfNumbers() {
    assertThat(request("{\"query\":{\"encoded\":[1,-0.5,2e-3]}}").getQuery())
        .isEqualTo(new ReadyQuery(List.of(1f, -0.5f, 0.002f), null, null, null));
    assertThat(
            AvroJson.read(
                    bytes("{\"itemId\":\"i\",\"vectors\":{\"base\":[3,4],\"modelId\":\"m\"}}"),
                    ItemUpdate.class)
                .getVectors())
        .isEqualTo(new ReadyVectors(List.of(3f, 4f), null, null, "m"));
    assertThatThrownBy(() -> request("{\"query\":{\"encoded\":[1,\"2\"]}}"))
        .hasMessageContaining("RecommendationRequest.query.encoded[1] is \"2\": valid is a number");
    assertThatThrownBy(
            () -> AvroJson.read(bytes("{\"itemId\":\"i\",\"vectors\":{}}"), ItemUpdate.class))
        .hasMessage("ItemUpdate.vectors.base is missing and has no default");
  }

  @Test
  void givesEveryRecordItsOwnCopyOfADefault() {
    request("{}").getOptions().put("algorithm", "exact");

    assertThat(request("{}").getOptions()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "1795342530123",
    "\"2026-11-22T10:15:30.123Z\"",
    "\"2026-11-22T11:15:30.123+01:00\"",
  })
  void readsTimesAsMillisecondsAndAsText(String time) {
    assertThat(request("{\"deadline\":" + time + "}").getDeadline()).isEqualTo(Records.TIME);
  }

  @Test
  void readsNullWhereItIsAllowed() {
    assertThat(request("{\"deadline\":null}").getDeadline()).isNull();
  }

  @Test
  void readsNumbersAtTheEdgesOfTheirRange() {
    assertThat(request("{\"k\":-2147483648}").getK()).isEqualTo(Integer.MIN_VALUE);
    assertThat(request("{\"deadline\":-1}").getDeadline()).isEqualTo(Instant.ofEpochMilli(-1));
    assertThat(event("\"value\":1e38").getValue()).isEqualTo(1e38f);
    assertThat(event("\"value\":3").getValue()).isEqualTo(3f);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"kk\":5} | RecommendationRequest.kk is not a field: valid are requestId, userId, k,"
            + " filters",
        "{\"filters\":{\"genre\":[]}} | RecommendationRequest.filters.genre is not a field: valid"
            + " are categories, excludeItems",
        "{\"k\":\"5\"} | RecommendationRequest.k is \"5\": valid is a whole number from"
            + " -2147483648",
        "{\"k\":2147483648} | RecommendationRequest.k is 2147483648: valid is a whole number",
        "{\"k\":5.5} | RecommendationRequest.k is 5.5: valid is a whole number",
        "{\"k\":null} | RecommendationRequest.k is null: valid is a whole number",
        "{\"userId\":1} | RecommendationRequest.userId is 1: valid is a string",
        "{\"excludeSeen\":\"yes\"} | RecommendationRequest.excludeSeen is \"yes\": valid is true or"
            + " false",
        "{\"filters\":[]} | RecommendationRequest.filters is []: valid is a JSON object",
        "{\"filters\":{\"categories\":[\"a\",7]}} | RecommendationRequest.filters.categories[1] is"
            + " 7: valid is a string",
        "{\"options\":{\"candidates\":5}} | RecommendationRequest.options.candidates is 5: valid is"
            + " a string",
        "{\"deadline\":\"tomorrow\"} | RecommendationRequest.deadline is \"tomorrow\": valid is"
            + " milliseconds",
        "{\"deadline\":9223372036854775808} | RecommendationRequest.deadline is"
            + " 9223372036854775808: valid is milliseconds",
        "{\"k\":1,\"k\":2} | Duplicate field 'k'",
        "{\"k\":1} x | is not JSON at line 1, column",
        "{\"k\": | is not JSON at line 1, column",
        "[] | RecommendationRequest is []: valid is a JSON object",
        "null | RecommendationRequest is null: valid is a JSON object",
        "'' | is not JSON",
        "`` | RecommendationRequest is nothing: valid is a JSON object",
      })
  void refusesWhatIsNotTheRecordNamingFieldValueAndWhatIsValid(String json, String complaint) {
    assertThatThrownBy(() -> request(json))
        .isInstanceOfSatisfying(
            RecordFormatException.class,
            e -> assertThat(e.problem()).isEqualTo(Problem.INVALID_JSON))
        .hasMessageContaining(complaint)
        .message()
        .hasLineCount(1);
  }

  @Test
  void refusesUnknownSymbolsAndMissingFields() {
    assertThatThrownBy(() -> event("\"action\":\"BUY\""))
        .hasMessage(
            "UserEvent.action is \"BUY\": valid is one of OTHER, VIEW, CLICK, RATE, LIKE, DISLIKE,"
                + " CART, PURCHASE, PLAY");
    assertThatThrownBy(() -> event("\"value\":1e39"))
        .hasMessageContaining("UserEvent.value")
        .hasMessageContaining("a number within ±3.4e38");
    assertThatThrownBy(() -> AvroJson.read(bytes("{\"eventId\":\"e\"}"), UserEvent.class))
        .hasMessage("UserEvent.userId is missing and has no default");
    assertThatThrownBy(
            () ->
                AvroJson.read(
                    bytes("{\"modelId\":\"m\",\"itemId\":\"i\",\"base\":\"?\"}"),
                    ItemEmbedding.class))
        .hasMessage("ItemEmbedding.base is \"?\": valid is base64 text");
  }

  @Test
  void shortensLongValuesAndKeepsMessagesOnOneLine() {
    assertThatThrownBy(() -> request("{\"k\":\"" + "x\\n".repeat(10_000) + "\"}"))
        .message()
        .hasLineCount(1)
        .hasSizeLessThan(300);
    assertThatThrownBy(() -> request("{\"" + "long\\nname".repeat(1_000) + "\":1}"))
        .message()
        .hasLineCount(1)
        .hasSizeLessThan(400);
  }

  @Test
  void refusesToWriteWhatJsonCannotHold() {
    assertThatThrownBy(
            () -> AvroJson.write(UserEvent.newBuilder(Records.event()).setValue(Float.NaN).build()))
        .isInstanceOfSatisfying(
            RecordFormatException.class, e -> assertThat(e.problem()).isEqualTo(Problem.UNWRITABLE))
        .hasMessage("UserEvent.value is NaN: valid is a finite number");
    assertThatThrownBy(() -> AvroJson.write(new UserEvent()))
        .hasMessage("UserEvent.eventId is null, but required");
  }

  @Test
  void readsMapsWithAnyKey() {
    assertThat(request("{\"options\":{\"a.b\":\"1\",\"\":\"2\"}}").getOptions())
        .isEqualTo(Map.of("a.b", "1", "", "2"));
  }

  private static RecommendationRequest request(String json) {
    return AvroJson.read(bytes(json), RecommendationRequest.class);
  }

  private static UserEvent event(String field) {
    String json =
        "{\"eventId\":\"e\",\"userId\":\"1\",\"itemId\":\"2\",\"timestamp\":0,%s}".formatted(field);
    return AvroJson.read(bytes(json), UserEvent.class);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}
