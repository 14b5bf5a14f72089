package dev.molstream.stream.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.retrieval.ItemIndex;
import dev.molstream.schemas.Action;
import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.RequestFilters;
import dev.molstream.schemas.UserEvent;
import dev.molstream.service.MolstreamMetric;
import dev.molstream.stream.FakeModel;
import dev.molstream.stream.history.HistoryMemory;
import dev.molstream.stream.history.IdleUsers;
import dev.molstream.stream.history.UserHistory;
import dev.molstream.stream.popularity.Decay;
import dev.molstream.stream.popularity.PopularItems;
import dev.molstream.stream.request.SearchPlan;
import dev.molstream.stream.request.ServedModel;
import dev.molstream.stream.request.ServedModels;
import dev.molstream.stream.request.Traffic;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedForward;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserProcessorRoutingTest {
  private static final int PARTITIONS = 6;
  private static final String USER = "user-1";
  private static final byte[] KEY = USER.getBytes(StandardCharsets.UTF_8);
  private static final int HOME = new UserPartitions(PARTITIONS).of(KEY);
  private static final int ELSEWHERE = (HOME + 1) % PARTITIONS;

  private static final long SENT_MILLIS = 990;
  private static final long NOW_MILLIS = 1_000;
  private static final long WAIT_MILLIS = 500;

  @TempDir Path directory;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private MockProcessorContext<byte[], Object> context;
  private UserProcessor processor;
  private ItemIndex index;

  @BeforeEach
  void start() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    context = new MockProcessorContext<>(properties, new TaskId(0, 0), directory.toFile());
    Decay decay = new Decay(Duration.ofHours(1));
    add(UserHistory.storeBuilder().withLoggingDisabled().build());
    add(IdleUsers.storeBuilder().withLoggingDisabled().build());
    add(PopularItems.storeBuilder(decay).withLoggingDisabled().withCachingDisabled().build());
    FakeModel model = new FakeModel("model");
    index = model.openIndex(directory.resolve("index"));
    ServedModels models = new ServedModels();
    SearchPlan plan = new SearchPlan(SearchPlan.Mode.AUTO, 10, 10);
    models.publish(
        Traffic.allTo(ServedModel.open(model.manifest(), model::openQueryTower, index, plan, 1)));
    processor =
        new UserProcessor(
            new UserSettings(
                models,
                new UserLimits(10, 1, Duration.ofMillis(WAIT_MILLIS), Duration.ZERO),
                new HistoryMemory(1 << 20),
                decay,
                new UserPartitions(PARTITIONS),
                registry),
            "user-events");
    context.setCurrentSystemTimeMs(NOW_MILLIS);
    processor.init(context);
  }

  @AfterEach
  void stop() {
    processor.close();
    index.close();
    ((StateStore) context.getStateStore(UserHistory.STORE)).close();
  }

  @Test
  void choosesThePartitionThatKafkasOwnClientsChoose() {
    UserPartitions partitions = new UserPartitions(PARTITIONS);
    for (String user : List.of("1", "42", "é", "x".repeat(256), "日本")) {
      byte[] key = user.getBytes(StandardCharsets.UTF_8);
      int expected = BuiltInPartitioner.partitionForKey(key, PARTITIONS);
      assertThat(partitions.of(key)).as(user).isEqualTo(expected);
      assertThat(partitions.partitions("topic", key, "value", 99).orElseThrow())
          .containsExactly(expected);
    }
  }

  @Test
  void sendsAMisroutedRequestOnWithKeyAndHeaders() {
    context.setRecordMetadata("recommendation-requests", ELSEWHERE, 7);

    processor.process(record(null, request()));

    CapturedForward<? extends byte[], ? extends Object> sent = onlyForward();
    assertThat(sent.childName()).contains(UserProcessor.REQUESTS_SENT_ON);
    assertThat(sent.record().key()).isEqualTo(KEY);
    assertThat(sent.record().value()).isEqualTo(request());
    assertThat(sent.record().headers().lastHeader("correlation").value()).containsExactly(1);
  }

  @Test
  void answersTheRequestSentOnWithoutTheMark() {
    context.setRecordMetadata("recommendation-requests", ELSEWHERE, 7);
    processor.process(record(null, request()));
    Record<byte[], SpecificRecord> sentOn = sentOn();

    context.setRecordMetadata("recommendation-requests", HOME, 3);
    processor.process(again(sentOn));

    CapturedForward<? extends byte[], ? extends Object> answer = onlyForward();
    assertThat(answer.childName()).contains(UserProcessor.ANSWERS);
    assertThat(((Recommendations) answer.record().value()).getRequestId())
        .isEqualTo("recommendation-requests-" + HOME + "-3");
    assertThat(answer.record().headers().lastHeader("correlation").value()).containsExactly(1);
    assertThat(answer.record().headers().lastHeader(UserPartitions.HEADER)).isNull();
  }

  @Test
  void aRecordSentOnOnceIsUsedWhereverItArrives() {
    context.setRecordMetadata("user-events", ELSEWHERE, 7);
    processor.process(record(KEY, event()));
    Record<byte[], SpecificRecord> sentOn = forwarded(onlyForward());
    assertThat(history()).isEmpty();
    context.resetForwards();

    processor.process(sentOn);

    assertThat(context.forwarded()).isEmpty();
    assertThat(history()).containsExactly("item");
  }

  @Test
  void sendsAMisroutedErasureOnAndErasesAtHome() {
    context.setRecordMetadata("user-events", HOME, 7);
    processor.process(record(KEY, event()));
    context.setRecordMetadata("user-events", ELSEWHERE, 7);
    processor.process(new Record<>(KEY, null, NOW_MILLIS, new RecordHeaders()));
    CapturedForward<? extends byte[], ?> sent = onlyForward();
    assertThat(sent.childName()).contains(UserProcessor.EVENTS_SENT_ON);
    assertThat(sent.record().value()).isNull();
    assertThat(history()).hasSize(1);

    context.setRecordMetadata("user-events", HOME, 8);
    processor.process(forwarded(sent));

    assertThat(history()).isEmpty();
  }

  @Test
  void usesWhatArrivesAtHome() {
    context.setRecordMetadata("user-events", HOME, 7);

    processor.process(record(null, event()));

    assertThat(context.forwarded()).isEmpty();
    assertThat(history()).containsExactly("item");
  }

  @Test
  void aRequestWhoseEventsAreThereIsAnsweredAtOnce() {
    context.setRecordMetadata("user-events", HOME, 7);
    processor.process(record(KEY, event()));

    context.setRecordMetadata("recommendation-requests", HOME, 7);
    processor.process(record(KEY, requestAfter("e")));

    assertThat(onlyAnswer().getMissingEvents()).isEmpty();
  }

  @Test
  void aRequestWaitsAtTheEndOfItsPartitionForAnEventThatIsNotThereYet() {
    context.setRecordMetadata("recommendation-requests", HOME, 7);
    processor.process(record(KEY, requestAfter("e")));
    Record<byte[], SpecificRecord> waiting = sentOn();
    assertThat(waiting.key()).isEqualTo(KEY);
    assertThat(waiting.timestamp()).isEqualTo(SENT_MILLIS);

    context.setRecordMetadata("user-events", HOME, 7);
    processor.process(record(KEY, event()));
    context.setRecordMetadata("recommendation-requests", HOME, 8);
    processor.process(again(waiting));

    assertThat(onlyAnswer().getMissingEvents()).isEmpty();
    assertThat(context.forwarded().getFirst().record().headers().toArray())
        .extracting(Header::key)
        .containsExactly("correlation");
    assertThat(timer("found").totalTime(TimeUnit.MILLISECONDS)).isZero();
    assertThat(timer("found").count()).isOne();
    assertThat(MolstreamMetric.REQUESTS_SENT_ON.counter(registry, "waiting").count()).isOne();
  }

  @Test
  void aWaitThatLastsTooLongEndsWithAnAnswerThatSaysWhatIsMissing() {
    context.setRecordMetadata("recommendation-requests", HOME, 7);
    processor.process(record(KEY, requestAfter("e", "f")));
    Record<byte[], SpecificRecord> waiting = sentOn();

    context.setCurrentSystemTimeMs(NOW_MILLIS + WAIT_MILLIS - 1);
    processor.process(again(waiting));
    waiting = sentOn();
    context.setCurrentSystemTimeMs(NOW_MILLIS + WAIT_MILLIS);
    processor.process(again(waiting));

    assertThat(onlyAnswer().getMissingEvents()).containsExactly("e", "f");
    assertThat(timer("missed").totalTime(TimeUnit.MILLISECONDS)).isEqualTo(WAIT_MILLIS);
  }

  @Test
  void aDeadlineThatPassesMeanwhileEndsTheWait() {
    context.setRecordMetadata("recommendation-requests", HOME, 7);
    Instant deadline = Instant.ofEpochMilli(NOW_MILLIS + 10);
    processor.process(
        record(
            KEY,
            RecommendationRequest.newBuilder(requestAfter("e")).setDeadline(deadline).build()));
    Record<byte[], SpecificRecord> waiting = sentOn();

    context.setCurrentSystemTimeMs(deadline.toEpochMilli());
    processor.process(again(waiting));

    assertThat(onlyAnswer().getStatus()).isEqualTo(RecommendationStatus.EXPIRED);
    assertThat(onlyAnswer().getMissingEvents()).containsExactly("e");
  }

  @Test
  void aMisroutedRequestIsSentHomeFirstAndWaitsThere() {
    context.setRecordMetadata("recommendation-requests", ELSEWHERE, 7);
    processor.process(record(null, requestAfter("e")));
    Record<byte[], SpecificRecord> misrouted = sentOn();

    context.setRecordMetadata("recommendation-requests", HOME, 3);
    processor.process(again(misrouted));
    Record<byte[], SpecificRecord> waiting = sentOn();

    context.setCurrentSystemTimeMs(NOW_MILLIS + WAIT_MILLIS);
    processor.process(again(waiting));
    assertThat(onlyAnswer().getMissingEvents()).containsExactly("e");
    assertThat(MolstreamMetric.REQUESTS_SENT_ON.counter(registry, "misrouted").count()).isOne();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-5", "99999999999999999999", "1700000000000"})
  void aTimeThatCannotBeTrueStartsTheWaitAnew(String since) {
    context.setRecordMetadata("recommendation-requests", HOME, 7);
    Record<byte[], SpecificRecord> record = record(KEY, requestAfter("e"));
    record.headers().add("molstream.waiting-since", since.getBytes(StandardCharsets.UTF_8));
    processor.process(record);

    context.setCurrentSystemTimeMs(NOW_MILLIS + WAIT_MILLIS);
    processor.process(again(sentOn()));

    assertThat(onlyAnswer().getMissingEvents()).containsExactly("e");
  }

  @Test
  void anInvalidRequestDoesNotWait() {
    context.setRecordMetadata("recommendation-requests", HOME, 7);

    processor.process(record(KEY, requestAfter("e", "")));

    assertThat(onlyAnswer().getStatus()).isEqualTo(RecommendationStatus.INVALID);
    assertThat(onlyAnswer().getReason()).contains("afterEvents").contains("empty");
  }

  private Timer timer(String outcome) {
    return MolstreamMetric.EVENT_WAIT.timer(registry, outcome);
  }

  private Recommendations onlyAnswer() {
    CapturedForward<? extends byte[], ? extends Object> answer = onlyForward();
    assertThat(answer.childName()).contains(UserProcessor.ANSWERS);
    return (Recommendations) answer.record().value();
  }

  private Record<byte[], SpecificRecord> sentOn() {
    CapturedForward<? extends byte[], ? extends Object> sent = onlyForward();
    assertThat(sent.childName()).contains(UserProcessor.REQUESTS_SENT_ON);
    context.resetForwards();
    return forwarded(sent);
  }

  /** A request sent on, as the task reads it. */
  private static Record<byte[], SpecificRecord> again(Record<byte[], SpecificRecord> sentOn) {
    Record<byte[], SpecificRecord> read = record(sentOn.key(), sentOn.value());
    return read.withHeaders(sentOn.headers());
  }

  private void add(StateStore store) {
    store.init(context.getStateStoreContext(), store);
    context.addStateStore(store);
  }

  private List<String> history() {
    List<String> items = new ArrayList<>();
    new UserHistory(context.getStateStore(UserHistory.STORE), 10, new HistoryMemory(0))
        .read(USER, (itemId, _, _) -> items.add(itemId));
    return items;
  }

  private CapturedForward<? extends byte[], ? extends Object> onlyForward() {
    assertThat(context.forwarded()).hasSize(1);
    return context.forwarded().getFirst();
  }

  private static Record<byte[], SpecificRecord> forwarded(
      CapturedForward<? extends byte[], ? extends Object> forward) {
    return new Record<byte[], SpecificRecord>(
        forward.record().key(),
        (SpecificRecord) forward.record().value(),
        forward.record().timestamp(),
        forward.record().headers());
  }

  private static Record<byte[], SpecificRecord> record(
      byte @Nullable [] key, SpecificRecord value) {
    RecordHeaders headers = new RecordHeaders();
    headers.add("correlation", new byte[] {1});
    boolean event = value instanceof UserEvent;
    TimestampExtractor dated = event ? EventsFirst.events() : EventsFirst.requests();
    ConsumerRecord<Object, Object> sent =
        new ConsumerRecord<>(
            "topic",
            0,
            0,
            SENT_MILLIS,
            TimestampType.CREATE_TIME,
            0,
            0,
            "",
            "",
            headers,
            Optional.empty());
    return new Record<>(key, value, dated.extract(sent, -1), headers);
  }

  private static RecommendationRequest request() {
    return new RecommendationRequest(
        "",
        USER,
        3,
        new RequestFilters(List.of(), List.of()),
        true,
        List.of(),
        null,
        Map.of(),
        null,
        null,
        List.of());
  }

  private static RecommendationRequest requestAfter(String... eventIds) {
    return RecommendationRequest.newBuilder(request()).setAfterEvents(List.of(eventIds)).build();
  }

  private static UserEvent event() {
    return new UserEvent(
        "e", USER, "item", Action.CLICK, 1f, Instant.ofEpochMilli(1_000), Map.of());
  }
}
