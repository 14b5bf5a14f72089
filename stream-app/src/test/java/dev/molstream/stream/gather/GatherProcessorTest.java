package dev.molstream.stream.gather;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.schemas.Certificate;
import dev.molstream.schemas.PackedFloats;
import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.RecommendedItem;
import dev.molstream.schemas.ShardAnswer;
import dev.molstream.schemas.ShardItem;
import dev.molstream.schemas.ShardQuery;
import dev.molstream.schemas.Timings;
import dev.molstream.service.InvalidRecordException;
import dev.molstream.service.MolstreamMetric;
import dev.molstream.stream.request.ShardedRanking;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedForward;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatherProcessorTest {
  private static final String ANSWERS = "answers";
  private static final int SHARDS = 3;
  private static final long START = 1_000_000;
  private static final long PATIENCE = 200;
  private static final TaskId TASK = new TaskId(0, 2);
  private static final byte[] KEY = "u".getBytes(UTF_8);

  @TempDir Path directory;
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private StateStore store;
  private MockProcessorContext<byte[], SpecificRecord> context;
  private GatherProcessor processor;

  @BeforeEach
  void start() {
    store = GatherProcessor.storeBuilder().withLoggingDisabled().build();
    open(START);
  }

  @Test
  void asksAllShardsOnceAndAnswersWhenTheLastHasAnswered() {
    ask("g", 1, 3);

    assertThat(asked()).extracting(ShardQuery::getGatherId).containsExactly(id("g"));
    assertThat(asked().getFirst().getAskerPartition()).isEqualTo(TASK.partition());
    assertThat(asked().getFirst().getDeadline()).isEqualTo(Instant.ofEpochMilli(START + PATIENCE));
    answer("g", 1, 0, 0f, item("a", 3), item("d", 1));
    answer("g", 1, 2, 0f, item("b", 5));
    assertThat(answers()).isEmpty();
    answer("g", 1, 1, 0f, item("c", 4));

    Recommendations answer = onlyAnswer();
    assertThat(answer.getStatus()).isEqualTo(RecommendationStatus.OK);
    assertThat(answer.getReason()).isNull();
    assertThat(ids(answer)).containsExactly("b", "c", "a");
    assertThat(answer.getItems().getFirst().getTitle()).isEqualTo("Title of b");
    assertThat(answer.getItems().getFirst().getScore()).isEqualTo(5);
    assertThat(answer.getCertificate()).isEqualTo(Certificate.EXACT);
    assertThat(answer.getGapBound()).isZero();
    assertThat(answer.getMissingShards()).isEmpty();
    assertThat(pending()).isZero();
  }

  @Test
  void theAnswerCarriesTheRequestsKeyHeadersAndDraft() {
    ask("g", 1, 3);
    context.setCurrentSystemTimeMs(START + 7);
    answerAll("g", 1);

    Record<byte[], SpecificRecord> record = answers().getFirst();
    assertThat(record.key()).isEqualTo(KEY);
    assertThat(record.timestamp()).isEqualTo(START + 7);
    assertThat(record.headers().lastHeader("correlation").value()).isEqualTo(new byte[] {7});
    assertThat(record.headers().lastHeader("empty").value()).isNull();
    Recommendations answer = (Recommendations) record.value();
    assertThat(answer.getRequestId()).isEqualTo("request");
    assertThat(answer.getModelId()).isEqualTo("model");
    assertThat(answer.getMissingEvents()).containsExactly("not yet there");
    assertThat(answer.getTimings().getEncodeMicros()).isEqualTo(30);
    assertThat(answer.getTimings().getTotalMicros())
        .isEqualTo(50 + answer.getTimings().getSearchMicros());
    assertThat(answer.getTimestamp()).isEqualTo(Instant.ofEpochMilli(START + 7));
  }

  @Test
  void ofEqualScoresTheSmallerIdInUtf8ComesFirst() {
    // In UTF-16 the second id is the smaller one.
    String beyondTheBasicPlane = Character.toString(0x1F600);
    String withinIt = "\uFF5E";
    ask("g", 1, 2);
    answer("g", 1, 0, 0f, item(beyondTheBasicPlane, 1));
    answer("g", 1, 1, 0f, item("z", 1));
    answer("g", 1, 2, 0f, item(withinIt, 1));

    assertThat(ids(onlyAnswer())).containsExactly("z", withinIt);
  }

  @Test
  void atTheDeadlineAnswersWithWhatIsThereAndNamesWhatIsNot() {
    ask("g", 1, 3);
    answer("g", 1, 1, 0f, item("a", 3));

    tick(START + PATIENCE - 1);
    assertThat(answers()).isEmpty();
    tick(START + PATIENCE);

    Recommendations answer = onlyAnswer();
    assertThat(answer.getStatus()).isEqualTo(RecommendationStatus.PARTIAL);
    assertThat(ids(answer)).containsExactly("a");
    assertThat(answer.getMissingShards()).containsExactly(0, 2);
    assertThat(answer.getReason()).contains("[0, 2]");
    assertThat(answer.getCertificate()).isEqualTo(Certificate.NONE);
    assertThat(answer.getGapBound()).isNull();
    assertThat(pending()).isZero();
  }

  @Test
  void theRequestsOwnDeadlineCountsWhenItComesFirst() {
    ask("g", 1, 3, Instant.ofEpochMilli(START + 50));
    ask("h", 1, 3, Instant.ofEpochMilli(START + 5 * PATIENCE));

    tick(START + 50);
    assertThat(onlyAnswer().getStatus()).isEqualTo(RecommendationStatus.PARTIAL);
    tick(START + PATIENCE);

    assertThat(answers()).hasSize(2);
  }

  @Test
  void whenNobodyAnswersTheAnswerIsPartialWithoutItems() {
    ask("g", 1, 3);

    tick(START + PATIENCE);

    assertThat(onlyAnswer().getStatus()).isEqualTo(RecommendationStatus.PARTIAL);
    assertThat(onlyAnswer().getItems()).isEmpty();
    assertThat(onlyAnswer().getMissingShards()).containsExactly(0, 1, 2);
  }

  @Test
  void answersThatComeTooLateAreDroppedAndCounted() {
    ask("g", 1, 3);
    tick(START + PATIENCE);

    answerAll("g", 1);

    assertThat(answers()).hasSize(1);
    assertThat(count("late")).isEqualTo(SHARDS);
  }

  @Test
  void aShardThatAnswersTwiceCountsOnce() {
    ask("g", 1, 3);
    answer("g", 1, 0, 0f, item("a", 3));
    answer("g", 1, 0, 0f, item("a", 3));
    answer("g", 1, 0, 0f, item("a", 3));

    assertThat(answers()).isEmpty();
    answer("g", 1, 1, 0f);
    answer("g", 1, 2, 0f);

    assertThat(ids(onlyAnswer())).containsExactly("a");
    assertThat(count("duplicate")).isEqualTo(2);
    assertThat(count("merged")).isEqualTo(SHARDS);
  }

  @Test
  void answersToAnotherSearchForTheSameRequestAreNotMixedIn() {
    ask("g", 2, 3);
    answer("g", 1, 0, 0f, item("old", 9));
    answerAll("g", 2);

    assertThat(ids(onlyAnswer())).doesNotContain("old");
    assertThat(count("late")).isOne();
  }

  @Test
  void severalRequestsAreGatheredSideBySide() {
    ask("g", 1, 3);
    ask("h", 1, 3);

    answerAll("h", 1);
    assertThat(answers()).hasSize(1);
    answerAll("g", 1);

    assertThat(answers()).hasSize(2);
  }

  @Test
  void afterACrashWhoeverHasTheTaskAsksAgainForWhatIsPending() {
    ask("g", 1, 3);
    answer("g", 1, 0, 0f, item("lost in the crash", 1));

    open(START + 60_000);
    assertThat(answers()).isEmpty();
    tick(START + 60_000);

    ShardQuery again = asked().getFirst();
    assertThat(asked()).hasSize(1);
    assertThat(again.getAttempt()).isEqualTo(START);
    assertThat(again.getComponents()).isEqualTo(PackedFloats.pack(1, 0));
    assertThat(again.getDeadline()).isEqualTo(Instant.ofEpochMilli(START + 60_000 + PATIENCE));
    answerAll("g", 1);
    assertThat(onlyAnswer().getStatus()).isEqualTo(RecommendationStatus.OK);
    assertThat(answers().getFirst().headers().lastHeader("correlation")).isNotNull();
    assertThat(pending()).isZero();
  }

  @Test
  void afterACrashAnswersToTheFirstSendingCount() {
    ask("g", 1, 3);

    open(START + 10);
    answerAll("g", 1);
    tick(START + 20);

    assertThat(onlyAnswer().getStatus()).isEqualTo(RecommendationStatus.OK);
    assertThat(asked()).isEmpty();
  }

  @Test
  void afterACrashADeadlineThatHasPassedDoesNotCutTheSecondAskingShort() {
    ask("g", 1, 3);

    open(START + 10 * PATIENCE);
    tick(START + 10 * PATIENCE);
    tick(START + 11 * PATIENCE - 1);
    assertThat(answers()).isEmpty();
    tick(START + 11 * PATIENCE);

    assertThat(onlyAnswer().getStatus()).isEqualTo(RecommendationStatus.PARTIAL);
  }

  @Test
  void aTaskThatComesBackWithTheSameProcessorKnowsOnlyWhatIsInTheStore() {
    ask("g", 1, 3);
    deletePending("g"); // by whoever had the task meanwhile

    processor.init(context);
    tick(START + PATIENCE);

    assertThat(answers()).isEmpty();
    answerAll("g", 1);
    assertThat(count("late")).isEqualTo(SHARDS);
  }

  @Test
  void aRequestReadAgainWhileItIsPendingIsAskedOnce() {
    ask("g", 1, 3);
    open(START + 10);

    ask("g", 2, 3);
    tick(START + 20);
    answerAll("g", 1);

    assertThat(asked()).extracting(ShardQuery::getAttempt).containsExactly(START);
    assertThat(answers()).hasSize(1);
  }

  @Test
  void theGapIsCountedFromTheLastItemOfTheWholeList() {
    ask("g", 1, 2);
    answer("g", 1, 0, 0f, item("a", 9), item("b", 8));
    // What it left out scores at most 6.5, which is 1.5 below the last of the list.
    answer("g", 1, 1, 0.5f, item("c", 7), item("d", 6));
    answer("g", 1, 2, 0f);

    assertThat(onlyAnswer().getCertificate()).isEqualTo(Certificate.EXACT);
  }

  @Test
  void anAnswerIsAsBoundedAsItsLeastProvenShard() {
    ask("g", 1, 3);
    answer("g", 1, 0, 0f, item("a", 9));
    answer("g", 1, 1, 0.5f, item("c", 7), item("d", 6), item("e", 6));
    answer("g", 1, 2, 0f);
    assertThat(onlyAnswer().getCertificate()).isEqualTo(Certificate.BOUNDED);
    assertThat(onlyAnswer().getGapBound()).isCloseTo(0.5f, within(1e-6f));

    context.resetForwards();
    ask("h", 1, 3);
    answer("h", 1, 0, null, item("a", 9));
    answer("h", 1, 1, 0f);
    answer("h", 1, 2, 0f);
    assertThat(onlyAnswer().getStatus()).isEqualTo(RecommendationStatus.OK);
    assertThat(onlyAnswer().getCertificate()).isEqualTo(Certificate.NONE);
    assertThat(onlyAnswer().getGapBound()).isNull();
  }

  @Test
  void refusesAnAnswerFromAShardThatIsNone() {
    ask("g", 1, 3);

    assertThatThrownBy(() -> answer("g", 1, SHARDS, 0f))
        .isInstanceOf(InvalidRecordException.class)
        .hasMessageContaining("shard is 3, valid are 0 to 2");
  }

  private void open(long nowMillis) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    context = new MockProcessorContext<>(properties, TASK, directory.toFile());
    context.setCurrentSystemTimeMs(nowMillis);
    if (store.isOpen()) {
      context.addStateStore(store);
    } else {
      store.init(context.getStateStoreContext(), store);
    }
    processor =
        new GatherProcessor(
            new GatherSettings(SHARDS, Duration.ofMillis(PATIENCE), registry), ANSWERS);
    processor.init(context);
  }

  private void ask(String gatherId, long attempt, int k) {
    ask(gatherId, attempt, k, null);
  }

  /** Asks in the {@code attempt}th millisecond, which tells attempts apart. */
  private void ask(String gatherId, long attempt, int k, @Nullable Instant deadline) {
    Headers headers = new RecordHeaders();
    headers.add("correlation", new byte[] {7});
    headers.add("empty", null);
    Recommendations draft =
        Recommendations.newBuilder()
            .setRequestId("request")
            .setUserId("u")
            .setStatus(RecommendationStatus.OK)
            .setModelId("model")
            .setTimings(new Timings(10L, 20L, 30L, 0L, 50L))
            .setMissingEvents(List.of("not yet there"))
            .build();
    ShardQuery.Builder query =
        ShardQuery.newBuilder()
            .setModelId("model")
            .setK(k)
            .setComponents(PackedFloats.pack(1, 0))
            .setGate(PackedFloats.pack(0));
    context.setRecordMetadata("requests", 0, gatherId.charAt(0));
    context.setCurrentSystemTimeMs(START + attempt - 1);
    processor.process(
        new Record<>(KEY, new ShardedRanking(query, draft, deadline), START, headers));
  }

  /** The place of the request. */
  private static String id(String gatherId) {
    return "requests-0-" + (int) gatherId.charAt(0);
  }

  private void answer(
      String gatherId, long attempt, int shard, @Nullable Float gap, ShardItem... items) {
    ShardAnswer answer =
        new ShardAnswer(id(gatherId), START + attempt - 1, 2, shard, List.of(items), gap, 5L);
    processor.process(new Record<>(null, answer, START));
  }

  private void answerAll(String gatherId, long attempt) {
    for (int shard = 0; shard < SHARDS; shard++) {
      answer(gatherId, attempt, shard, 0f, item("item" + shard, shard));
    }
  }

  private static ShardItem item(String id, float score) {
    return new ShardItem(id, "Title of " + id, score, null, null, null);
  }

  private void tick(long nowMillis) {
    context.setCurrentSystemTimeMs(nowMillis);
    context.scheduledPunctuators().forEach(p -> p.getPunctuator().punctuate(nowMillis));
  }

  private List<ShardQuery> asked() {
    return context.forwarded(GatherProcessor.QUERIES).stream()
        .map(forward -> (ShardQuery) forward.record().value())
        .toList();
  }

  private List<Record<byte[], SpecificRecord>> answers() {
    List<Record<byte[], SpecificRecord>> records = new ArrayList<>();
    for (CapturedForward<? extends byte[], ? extends SpecificRecord> forward :
        context.forwarded(ANSWERS)) {
      records.add(
          new Record<>(
              forward.record().key(),
              forward.record().value(),
              forward.record().timestamp(),
              forward.record().headers()));
    }
    return records;
  }

  private Recommendations onlyAnswer() {
    assertThat(answers()).hasSize(1);
    return (Recommendations) answers().getFirst().value();
  }

  private static List<String> ids(Recommendations answer) {
    return answer.getItems().stream().map(RecommendedItem::getItemId).toList();
  }

  private long pending() {
    return ((KeyValueStore<?, ?>) store).approximateNumEntries();
  }

  @SuppressWarnings("unchecked") // as the processor's own
  private void deletePending(String gatherId) {
    ((KeyValueStore<String, ?>) store).delete(id(gatherId));
  }

  private double count(String outcome) {
    return MolstreamMetric.SHARD_ANSWERS.counter(registry, outcome).count();
  }
}
