package dev.molstream.stream;

import static dev.molstream.stream.StreamFixture.NOW;
import static dev.molstream.stream.StreamFixture.header;
import static dev.molstream.stream.StreamFixture.items;
import static dev.molstream.stream.StreamFixture.read;
import static dev.molstream.stream.StreamFixture.request;
import static dev.molstream.stream.StreamFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.Certificate;
import dev.molstream.schemas.EmbeddingKey;
import dev.molstream.schemas.ItemEmbedding;
import dev.molstream.schemas.PackedFloats;
import dev.molstream.schemas.ReadyQuery;
import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.RequestFilters;
import dev.molstream.service.DeadLetters;
import dev.molstream.service.MolstreamMetric;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecommendationTopologyTest {
  @TempDir Path directory;
  private StreamFixture stream;

  @BeforeEach
  void start() {
    stream = new StreamFixture(directory);
    for (int degrees = 0; degrees < 180; degrees += 10) {
      stream.item("at" + degrees, degrees, degrees < 90 ? "right" : "left");
    }
  }

  @AfterEach
  void stop() {
    stream.close();
  }

  @Test
  void ranksTheItemsNearestToTheHistory() {
    stream.click("u", "at40");

    Recommendations answer = stream.ask("u", 3);

    assertThat(answer.getStatus()).isEqualTo(RecommendationStatus.OK);
    assertThat(answer.getRequestId()).isEqualTo("r");
    assertThat(answer.getUserId()).isEqualTo("u");
    assertThat(answer.getModelId()).isEqualTo(StreamFixture.MODEL);
    assertThat(answer.getCertificate()).isEqualTo(Certificate.EXACT);
    assertThat(answer.getGapBound()).isZero();
    assertThat(answer.getHistoryLength()).isEqualTo(1);
    assertThat(items(answer))
        .containsExactlyInAnyOrder("at30", "at50", answer.getItems().get(2).getItemId());
    assertThat(answer.getItems().getFirst().getTitle()).startsWith("Title of at");
    assertThat(answer.getItems().getFirst().getScore())
        .isCloseTo((float) (Math.cos(Math.toRadians(10)) / 0.5), within(1e-3f));
    assertThat(answer.getTimestamp()).isEqualTo(NOW);
  }

  @Test
  void aClickChangesTheNextAnswer() {
    stream.click("u", "at0");
    assertThat(items(stream.ask("u", 1))).containsExactly("at10");

    stream.click("u", "at170");
    stream.click("u", "at160");
    stream.click("u", "at150");

    assertThat(items(stream.ask("u", 1))).containsExactly("at140");
  }

  @Test
  void leavesOutAllThatWasSeenEvenWhatTheModelReadsNoMore() {
    for (int degrees = 0; degrees < 80; degrees += 10) {
      stream.click("u", "at" + degrees);
    }

    Recommendations answer = stream.ask("u", 100);

    assertThat(answer.getHistoryLength()).isEqualTo(FakeModel.MAX_HISTORY);
    assertThat(items(answer)).hasSize(10).first().isEqualTo("at80");
  }

  @Test
  void returnsSeenItemsWhenAskedTo() {
    stream.click("u", "at40");
    RecommendationRequest request = request("r", "u", 1);

    Recommendations answer =
        stream.ask(RecommendationRequest.newBuilder(request).setExcludeSeen(false).build());

    assertThat(items(answer)).containsExactly("at40");
  }

  @Test
  void orderInTimeCountsNotOrderOfArrival() {
    stream.event("u", "at170", NOW.minusSeconds(60));
    for (int i = 0; i < FakeModel.MAX_HISTORY; i++) {
      stream.event("u", "at" + 10 * i, NOW.minusSeconds(10 - i));
    }
    List<String> inOrder = items(stream.ask("u", 5));

    stream.event("v", "at20", NOW.minusSeconds(8));
    stream.event("v", "at170", NOW.minusSeconds(60));
    stream.event("v", "at10", NOW.minusSeconds(9));
    stream.event("v", "at0", NOW.minusSeconds(10));

    assertThat(items(stream.ask("v", 5))).isEqualTo(inOrder).first().isEqualTo("at30");
  }

  @Test
  void aRepeatedEventCountsOnce() {
    stream.event("u", "at0", NOW);
    stream.event("u", "at0", NOW);

    assertThat(stream.ask("u", 1).getHistoryLength()).isEqualTo(1);
    Recommendations cold = stream.ask("nobody", 1);
    assertThat(cold.getItems().getFirst().getScore())
        .as("log2 of the count")
        .isCloseTo(0f, within(1e-3f));
    assertThat(MolstreamMetric.EVENTS.counter(stream.registry, "duplicate").count()).isOne();
  }

  @Test
  void unknownItemsInAHistoryAreSkippedAndCounted() {
    stream.click("u", "at0");
    stream.click("u", "not yet embedded");

    Recommendations answer = stream.ask("u", 1);

    assertThat(answer.getHistoryLength()).isEqualTo(1);
    assertThat(items(answer)).containsExactly("at10");
    assertThat(MolstreamMetric.UNKNOWN_HISTORY_ITEMS.counter(stream.registry).count()).isOne();
  }

  @Test
  void contextItemsAreTheNewestEventsOfThisRequestAlone() {
    stream.click("u", "at0");
    RequestFilters none = new RequestFilters(List.of(), List.of());

    Recommendations withContext =
        stream.ask(request("r", "u", 1, none, List.of("at170", "at160", "at150"), null));

    assertThat(items(withContext)).containsExactly("at140");
    assertThat(items(stream.ask("u", 1))).containsExactly("at10");
  }

  @Test
  void filtersByCategoryAndExclusion() {
    stream.click("u", "at40");

    Recommendations answer =
        stream.ask(
            request(
                "r",
                "u",
                2,
                new RequestFilters(List.of("left"), List.of("at90")),
                List.of(),
                null));

    assertThat(items(answer)).containsExactly("at100", "at110");
  }

  @Test
  void aColdUserGetsPopularRecentItemsThatPassTheFilters() {
    for (String user : List.of("a", "b", "c")) {
      stream.event(user, "at0", NOW.minusSeconds(30 * 24 * 3600));
    }
    stream.event("d", "at100", NOW.minusSeconds(3600));
    stream.event("e", "at110", NOW.minusSeconds(3600));
    stream.event("f", "at110", NOW.minusSeconds(3600));
    stream.event("f", "gone", NOW);

    Recommendations answer = stream.ask("nobody", 10);

    assertThat(answer.getStatus()).isEqualTo(RecommendationStatus.COLD_START);
    assertThat(items(answer)).containsExactly("at110", "at100", "at0");
    assertThat(answer.getItems().getFirst().getTitle()).isEqualTo("Title of at110");
    Recommendations filtered =
        stream.ask(
            request(
                "r",
                "nobody",
                10,
                new RequestFilters(List.of("left"), List.of("at110")),
                List.of(),
                null));
    assertThat(items(filtered)).containsExactly("at100");
  }

  @Test
  void anUpdatedItemMovesAndADeletedItemIsGone() {
    stream.click("u", "at40");
    stream.item("newcomer", 41);
    assertThat(items(stream.ask("u", 1))).containsExactly("newcomer");

    stream.item("newcomer", 130);
    assertThat(items(stream.ask("u", 1))).doesNotContain("newcomer");

    stream.item("newcomer", 41);
    stream.embeddings.pipeInput(EmbeddingKey.of(StreamFixture.MODEL, "newcomer").toString(), null);
    assertThat(items(stream.ask("u", 100))).doesNotContain("newcomer").hasSize(17);
  }

  @Test
  void embeddingsOfOtherModelsAreSkipped() {
    stream.click("u", "at40");
    ItemEmbedding other =
        ItemEmbedding.newBuilder(StreamFixture.embedding("alien", 40)).setModelId("other").build();

    stream.embeddings.pipeInput("other/alien", write(other));

    assertThat(items(stream.ask("u", 100))).doesNotContain("alien");
    assertThat(stream.globalDeadLetters.history()).isEmpty();
  }

  @Test
  void invalidRequestsAreAnsweredWithTheReason() {
    assertInvalid(request("r1", "u", 0), "r1", "k is 0, valid are 1 to 1000");
    assertInvalid(request("r2", "u", 1001), "r2", "k is 1001");
    assertInvalid(request("r3", "", 1), "r3", "userId is empty");
    assertInvalid(request("r4", "x".repeat(257), 1), "r4", "257 characters");
    assertInvalid(request("r5", "nul\0", 1), "r5", "U+0000");
    assertInvalid(withOption("speed", "fast"), "r", "option 'speed' is not known");
    assertInvalid(
        withOption("algorithm", "magic"),
        "r",
        "'magic', valid are auto, exact, adaptive and averaged");
    assertInvalid(withOption("candidates", "100001"), "r", "valid are 1 to 100000");
    assertInvalid(
        request("y".repeat(257), "u", 1), "recommendation-requests-0-8", "257 characters");
  }

  @Test
  void aUserEventWithoutAValueErasesTheUser() {
    stream.click("u", "at40");
    stream.click("v", "at40");

    stream.events.pipeInput("u", null);

    assertThat(stream.ask("u", 1).getStatus()).isEqualTo(RecommendationStatus.COLD_START);
    assertThat(stream.ask("v", 1).getStatus()).isEqualTo(RecommendationStatus.OK);
    assertThat(MolstreamMetric.USERS_FORGOTTEN.counter(stream.registry, "erased").count()).isOne();

    stream.click("u", "at100");
    assertThat(stream.ask("u", 1).getHistoryLength()).isOne();
  }

  @Test
  void replayingTheEventsEndsInTheSameHistory() {
    for (int replay = 0; replay < 2; replay++) {
      stream.event("u", "at40", NOW);
      stream.events.pipeInput("u", null);
      stream.event("u", "at100", NOW);

      Recommendations answer = stream.ask("u", 100);
      assertThat(answer.getHistoryLength()).isOne();
      assertThat(items(answer)).contains("at40").doesNotContain("at100");
    }
  }

  @Test
  void nobodyIsErasedByAnEventWithoutValueAndKey() {
    stream.events.pipeInput((String) null, null);
    stream.events.pipeInput("", null);

    assertThat(stream.deadLetters.readRecordsToList())
        .extracting(letter -> header(letter.headers(), DeadLetters.REASON_HEADER))
        .containsExactly("UNREADABLE", "INVALID_VALUE");
  }

  @Test
  void aUserOfWhomNothingArrivesIsForgotten() {
    stream.click("idle", "at40");
    stream.advance(Duration.ofDays(StreamFixture.RETENTION_DAYS));
    stream.click("busy", "at40");
    assertThat(stream.history("idle")).hasSize(1);

    stream.advance(Duration.ofDays(1));

    assertThat(stream.history("idle")).isEmpty();
    assertThat(stream.history("busy")).hasSize(1);
  }

  @Test
  void eventsToWaitForMustHaveIdsAndAUser() {
    RecommendationRequest good = request("r", "u", 5);
    List<String> many = java.util.stream.IntStream.range(0, 101).mapToObj(i -> "e" + i).toList();

    assertInvalid(
        RecommendationRequest.newBuilder(good).setAfterEvents(many).build(), "r", "101 entries");
    assertInvalid(
        RecommendationRequest.newBuilder(good).setAfterEvents(List.of("a", "b\0")).build(),
        "r",
        "U+0000");
    assertInvalid(
        RecommendationRequest.newBuilder(good)
            .setUserId("")
            .setQuery(new ReadyQuery(List.of(1f, 0f), null, null, null))
            .setAfterEvents(List.of("a"))
            .build(),
        "r",
        "userId is empty");
  }

  @Test
  void anEventOfABrokenClockCountsForPopularityAsOfNow() {
    stream.event("u", "at0", NOW.plusSeconds(10 * 365 * 24 * 3600L));

    assertThat(stream.ask("nobody", 1).getItems().getFirst().getScore())
        .as("log2 of the count")
        .isCloseTo(0f, within(1e-3f));
  }

  @Test
  void optionsChooseTheAlgorithm() {
    stream.click("u", "at40");

    Recommendations answer =
        stream.ask(
            RecommendationRequest.newBuilder(request("r", "u", 1))
                .setOptions(Map.of("algorithm", "averaged", "candidates", "2"))
                .build());

    assertThat(answer.getStatus()).isEqualTo(RecommendationStatus.OK);
    assertThat(answer.getCertificate()).isEqualTo(Certificate.BOUNDED);
    assertThat(answer.getGapBound()).isPositive();
    assertThat(answer.getItems()).hasSize(1);
  }

  @Test
  void aReadyQueryIsAnsweredWithoutTheHistory() {
    stream.click("u", "at170");

    Recommendations encoded = stream.ask(ready("u", 2, encoded(FakeModel.direction(42))));
    Recommendations components =
        stream.ask(ready("u", 2, new ReadyQuery(null, boxed(FakeModel.direction(42)), null, null)));

    assertThat(encoded.getStatus()).isEqualTo(RecommendationStatus.OK);
    assertThat(encoded.getModelId()).isEqualTo(StreamFixture.MODEL);
    assertThat(encoded.getHistoryLength()).isZero();
    assertThat(items(encoded)).containsExactly("at40", "at50");
    assertThat(encoded.getItems().getFirst().getScore())
        .isCloseTo((float) (Math.cos(Math.toRadians(2)) / 0.5), within(1e-3f));
    assertThat(components.getItems()).isEqualTo(encoded.getItems());
    assertThat(items(stream.ask("u", 1))).as("a request without one").containsExactly("at160");
  }

  @Test
  void aReadyQueryLeavesOutWhatTheUserHasSeenUnlessToldOtherwise() {
    stream.click("u", "at40");
    RecommendationRequest request =
        RecommendationRequest.newBuilder(ready("u", 2, encoded(FakeModel.direction(42))))
            .setContextItems(List.of("at50"))
            .build();

    assertThat(items(stream.ask(request))).containsExactly("at30", "at60");
    assertThat(
            items(
                stream.ask(
                    RecommendationRequest.newBuilder(request).setExcludeSeen(false).build())))
        .containsExactly("at40", "at50");
  }

  @Test
  void aReadyQueryNeedsNoUserAndTakesFilters() {
    RecommendationRequest request =
        RecommendationRequest.newBuilder(ready("", 1, encoded(0.5f, 0.5f)))
            .setFilters(new RequestFilters(List.of("left"), List.of("at90")))
            .build();

    Recommendations answer = stream.ask(request);

    assertThat(answer.getStatus()).isEqualTo(RecommendationStatus.OK);
    assertThat(answer.getUserId()).isEmpty();
    assertThat(items(answer)).containsExactly("at100");
  }

  @Test
  void aReadyQueryIsSearchedForAsOptionsSay() {
    stream.click("u", "at40");

    Recommendations answer =
        stream.ask(
            RecommendationRequest.newBuilder(ready("u", 1, encoded(FakeModel.direction(40))))
                .setOptions(Map.of("algorithm", "averaged", "candidates", "2"))
                .build());

    assertThat(answer.getCertificate()).isEqualTo(Certificate.BOUNDED);
    assertThat(answer.getItems()).hasSize(1);
  }

  @Test
  void aReadyQueryComesInJsonAsPlainNumbers() {
    stream.json(stream.requests, null, "{\"k\":1,\"query\":{\"encoded\":[0,7.5]}}");

    TestRecord<String, byte[]> record = stream.answers.readRecord();

    assertThat(items(read(record))).containsExactly("at90");
  }

  @Test
  void aReadyQueryThatIsNoneIsAnsweredWithTheReason() {
    assertRefused(
        new ReadyQuery(), "query has neither encoded nor components, valid is one of them");
    assertRefused(
        new ReadyQuery(List.of(1f, 0f), List.of(1f, 0f), null, null),
        "query has both encoded and components, valid is one of them");
    assertRefused(
        new ReadyQuery(List.of(1f, 0f), null, List.of(0f), null),
        "query has encoded and gate, valid is a gate with components only");
    assertRefused(encoded(1), "query.encoded has 1 numbers: the model reads 2");
    assertRefused(
        encoded(1, Float.NaN), "query.encoded[1] is NaN: valid are numbers within ±1000000");
    assertRefused(encoded(0, 0), "query.encoded is all 0: valid is a vector that encodes");
    assertRefused(
        new ReadyQuery(null, List.of(3f, 4f), null, null),
        "query.components: component 0 has length 5.0000, valid is 1 within 0.001");
    assertRefused(
        new ReadyQuery(null, List.of(0f, 0f), null, null),
        "query.components: component 0 has length 0.0000");
    assertRefused(
        new ReadyQuery(null, List.of(1f, 0f), List.of(1f, 2f), null),
        "query.gate has 2 numbers: the model reads 1");
    assertRefused(
        new ReadyQuery(List.of(1f, 0f), null, null, "other\n"),
        "query.modelId is 'other?', valid is the model that answers, 'model-1'");
    assertThat(
            stream
                .ask(ready("u", 1, new ReadyQuery(List.of(1f, 0f), null, null, "model-1")))
                .getStatus())
        .isEqualTo(RecommendationStatus.OK);
  }

  @Test
  void aPassedDeadlineIsAnsweredWithoutSearching() {
    stream.click("u", "at40");
    RequestFilters none = new RequestFilters(List.of(), List.of());

    Recommendations late = stream.ask(request("r", "u", 1, none, List.of(), NOW.minusMillis(1)));
    Recommendations timely = stream.ask(request("r", "u", 1, none, List.of(), NOW.plusMillis(1)));

    assertThat(late.getStatus()).isEqualTo(RecommendationStatus.EXPIRED);
    assertThat(late.getReason()).contains("deadline 2026-11-22T11:59:59.999Z");
    assertThat(late.getItems()).isEmpty();
    assertThat(timely.getStatus()).isEqualTo(RecommendationStatus.OK);
  }

  @Test
  void answersJsonInJsonWithTheRequestsHeaders() {
    stream.json(
        stream.events,
        null,
        """
        {"eventId":"e1","userId":"1","itemId":"at40","action":"CLICK","timestamp":1700000000000}\
        """);
    stream.json(stream.requests, null, "{\"userId\":\"1\",\"k\":2}");

    TestRecord<String, byte[]> record = stream.answers.readRecord();

    assertThat(record.key()).isEqualTo("1");
    assertThat(header(record.headers(), "correlation")).isEqualTo("c-1");
    assertThat(header(record.headers(), "content-type")).isEqualTo("application/json");
    assertThat(new String(record.value(), StandardCharsets.UTF_8))
        .startsWith("{")
        .contains("\"status\":\"OK\"", "\"title\":\"Title of at", "recommendation-requests-0-0");
    assertThat(read(record).getItems()).hasSize(2);
  }

  @Test
  void aRepeatedRequestIsAnsweredAgainUnderItsId() {
    stream.click("u", "at40");

    Recommendations first = stream.ask("u", 3);
    Recommendations second = stream.ask("u", 3);

    assertThat(second.getRequestId()).isEqualTo(first.getRequestId());
    assertThat(items(second)).isEqualTo(items(first));
  }

  @Test
  void repliesWhereTheRequestAsksWhenThatIsAllowed() {
    assertRepliedOn("replies", "replies");
    assertRepliedOn("secrets", "recommendations");
  }

  @Test
  void unreadableRecordsGoToDeadLettersAndTheNextIsAnswered() {
    byte[] garbage = {1, 2, 3};
    stream.requests.pipeInput("u", garbage);
    stream.json(stream.requests, "u", "{\"userId\":\"u\",\"k\":\"many\"}");
    stream.requests.pipeInput("u", (byte[]) null);
    stream.events.pipeInput("u", garbage);
    stream.events.pipeInput("u", write(StreamFixture.event("e", "nul\0", "at0", NOW)));

    assertThat(stream.deadLetters.getQueueSize()).isEqualTo(5);
    TestRecord<byte[], byte[]> first = stream.deadLetters.readRecord();
    assertThat(first.value()).isEqualTo(garbage);
    assertThat(header(first.headers(), DeadLetters.TOPIC_HEADER))
        .isEqualTo("recommendation-requests");
    assertThat(header(first.headers(), DeadLetters.OFFSET_HEADER)).isEqualTo("0");
    List<TestRecord<byte[], byte[]>> others = stream.deadLetters.readRecordsToList();
    assertThat(header(others.get(0).headers(), DeadLetters.ERROR_HEADER)).contains("many");
    assertThat(header(others.get(3).headers(), DeadLetters.ERROR_HEADER)).contains("U+0000");
    stream.click("u", "at40");
    assertThat(stream.ask("u", 1).getStatus()).isEqualTo(RecommendationStatus.OK);
  }

  @Test
  void unusableEmbeddingsGoToDeadLettersAndLeaveTheItemAsItWas() {
    stream.click("u", "at40");
    ItemEmbedding tooShort =
        ItemEmbedding.newBuilder(StreamFixture.embedding("at30", 30))
            .setBase(PackedFloats.pack(1f))
            .build();
    ItemEmbedding notFinite =
        ItemEmbedding.newBuilder(StreamFixture.embedding("at30", 30))
            .setComponents(PackedFloats.pack(Float.NaN, 0f))
            .build();

    assertEmbeddingRefused("model-1/at30", new byte[] {9, 9}, "UNREADABLE");
    assertEmbeddingRefused("model-1/at30", write(tooShort), "INVALID_VECTOR");
    assertEmbeddingRefused("model-1/at30", write(notFinite), "INVALID_VECTOR");
    assertEmbeddingRefused("model-1/at31", write(tooShort), "KEY_MISMATCH");
    assertEmbeddingRefused("no slash", write(tooShort), "INVALID_ID");

    stream.item("newcomer", 39);
    assertThat(items(stream.ask("u", 3))).contains("newcomer", "at30");
  }

  private void assertInvalid(RecommendationRequest request, String requestId, String reason) {
    Recommendations answer = stream.ask(request);

    assertThat(answer.getStatus()).isEqualTo(RecommendationStatus.INVALID);
    assertThat(answer.getRequestId()).isEqualTo(requestId);
    assertThat(answer.getReason()).contains(reason).doesNotContain("\n");
    assertThat(answer.getItems()).isEmpty();
  }

  private void assertRefused(ReadyQuery query, String reason) {
    assertInvalid(ready("u", 1, query), "r", reason);
  }

  private static RecommendationRequest ready(String userId, int k, ReadyQuery query) {
    return RecommendationRequest.newBuilder(request("r", userId, k)).setQuery(query).build();
  }

  private static ReadyQuery encoded(float... vector) {
    return new ReadyQuery(boxed(vector), null, null, null);
  }

  private static List<Float> boxed(float... vector) {
    List<Float> boxed = new ArrayList<>();
    for (float value : vector) {
      boxed.add(value);
    }
    return boxed;
  }

  private static RecommendationRequest withOption(String name, String value) {
    return RecommendationRequest.newBuilder(request("r", "u", 1))
        .setOptions(Map.of(name, value))
        .build();
  }

  private void assertRepliedOn(String asked, String expected) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(ReplyTopics.HEADER, asked.getBytes(StandardCharsets.UTF_8));
    byte[] request =
        AvroSerde.of(RecommendationRequest.class).serializer().serialize("", request("r", "u", 1));

    stream.requests.pipeInput(new TestRecord<>("u", request, headers, NOW));

    assertThat(stream.answersOn(expected).readRecordsToList()).hasSize(1);
  }

  private void assertEmbeddingRefused(String key, byte[] value, String reason) {
    stream.embeddings.pipeInput(key, value);

    assertThat(stream.onlyGlobalDeadLetter().key()).isEqualTo(key.getBytes(StandardCharsets.UTF_8));
    assertThat(stream.onlyGlobalDeadLetter().value()).isEqualTo(value);
    assertThat(header(stream.onlyGlobalDeadLetter().headers(), DeadLetters.REASON_HEADER))
        .isEqualTo(reason);
    stream.globalDeadLetters.clear();
  }
}
