package dev.molstream.stream.gather;

import dev.molstream.schemas.Certificate;
import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.ShardAnswer;
import dev.molstream.schemas.ShardItem;
import dev.molstream.schemas.ShardQuery;
import dev.molstream.schemas.Timings;
import dev.molstream.service.DeadLetterReason;
import dev.molstream.service.InvalidRecordException;
import dev.molstream.service.MolstreamMetric;
import dev.molstream.stream.request.RequestMetrics;
import dev.molstream.stream.request.ShardedRanking;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Asks the shards and puts their answers together: a {@link ShardedRanking} from the users' node
 * goes out as one query to all, answers come back from shard-answers, and when all are there or the
 * query's deadline has passed the request is answered.
 *
 * <p>What is asked is kept in a store with a changelog until it is answered; the answers are in
 * memory only. After a crash or a move, whoever has the task asks again for all that is in the
 * store, so that a request costs two changelog records however many shards there are.
 */
@SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
public final class GatherProcessor implements Processor<byte[], Object, byte[], SpecificRecord> {
  /** Name of the state store. */
  public static final String STORE = "pending-requests";

  /** Name of the sink for queries. */
  public static final String QUERIES = "shard-queries-out";

  /** How often deadlines are looked at: a PARTIAL answer is late by at most this. */
  private static final Duration TICK = Duration.ofMillis(10);

  // What waits is deleted within milliseconds: closing segments early keeps the changelog, which
  // is read whole when a task moves, to a few megabytes.
  private static final Map<String, String> CHANGELOG =
      Map.of(
          TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT,
          TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(8 << 20),
          TopicConfig.SEGMENT_MS_CONFIG, "600000",
          TopicConfig.DELETE_RETENTION_MS_CONFIG, "60000",
          TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.1");

  private final GatherSettings settings;
  private final String answersSink;
  private final RequestMetrics requests;
  private final Map<Gathering.Outcome, Counter> outcomes = new EnumMap<>(Gathering.Outcome.class);
  private final Timer complete;
  private final Timer partial;
  private final Map<String, Gathering> gatherings = new LinkedHashMap<>();
  private final List<String> toAskAgain = new ArrayList<>();
  private ProcessorContext<byte[], SpecificRecord> context;
  private KeyValueStore<String, PendingRequest> pending;

  /**
   * A processor for one task.
   *
   * @param answersSink name of the sink for answers
   */
  public GatherProcessor(GatherSettings settings, String answersSink) {
    this.settings = settings;
    this.answersSink = answersSink;
    this.requests = settings.requestMetrics();
    for (Gathering.Outcome outcome : Gathering.Outcome.values()) {
      String label = outcome.name().toLowerCase(Locale.ROOT);
      outcomes.put(outcome, MolstreamMetric.SHARD_ANSWERS.counter(settings.registry(), label));
    }
    this.complete = MolstreamMetric.GATHER_TIME.timer(settings.registry(), "complete");
    this.partial = MolstreamMetric.GATHER_TIME.timer(settings.registry(), "partial");
  }

  /** The store: in memory, with a changelog, uncached so that what is asked is on its way out. */
  public static StoreBuilder<? extends KeyValueStore<String, ?>> storeBuilder() {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(STORE), Serdes.String(), PendingRequest.serde())
        .withCachingDisabled()
        .withLoggingEnabled(CHANGELOG);
  }

  @Override
  public void init(ProcessorContext<byte[], SpecificRecord> context) {
    this.context = context;
    // A task that goes and comes back may do so with the same processor.
    gatherings.clear();
    toAskAgain.clear();
    pending = context.getStateStore(STORE);
    try (KeyValueIterator<String, PendingRequest> left = pending.all()) {
      while (left.hasNext()) {
        KeyValue<String, PendingRequest> entry = left.next();
        begin(entry.value.query());
        toAskAgain.add(entry.key);
      }
    }
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, _ -> tick());
  }

  @Override
  public void process(Record<byte[], Object> record) {
    switch (record.value()) {
      case ShardedRanking ranking -> ask(record, ranking);
      case ShardAnswer answer -> take(answer);
      case null, default ->
          throw new InvalidRecordException(
              DeadLetterReason.UNREADABLE, "the record has no value: a shard's answer is");
    }
  }

  private void ask(Record<byte[], Object> record, ShardedRanking ranking) {
    RecordMetadata place = context.recordMetadata().orElseThrow();
    String gatherId = place.topic() + "-" + place.partition() + "-" + place.offset();
    if (gatherings.containsKey(gatherId)) {
      return; // read again after a crash, while it is being asked again from the store
    }
    long now = context.currentSystemTimeMs();
    ShardQuery query =
        ranking
            .query()
            .setGatherId(gatherId)
            .setAttempt(now)
            .setAskerPartition(context.taskId().partition())
            .setDeadline(deadline(now, ranking.deadline()))
            .build();
    pending.put(
        gatherId, new PendingRequest(query, ranking.draft(), record.key(), record.headers()));
    begin(query);
    send(query);
  }

  private Instant deadline(long nowMillis, @Nullable Instant own) {
    Instant patience = Instant.ofEpochMilli(nowMillis).plus(settings.patience());
    return own != null && own.isBefore(patience) ? own : patience;
  }

  private void begin(ShardQuery query) {
    gatherings.put(query.getGatherId(), new Gathering(query, settings.shards(), System.nanoTime()));
  }

  private void send(ShardQuery query) {
    context.forward(
        new Record<byte @Nullable [], SpecificRecord>(
            null, query, context.currentSystemTimeMs(), new RecordHeaders()),
        QUERIES);
  }

  private void take(ShardAnswer answer) {
    if (answer.getShard() < 0 || answer.getShard() >= settings.shards()) {
      throw new InvalidRecordException(
          DeadLetterReason.INVALID_VALUE,
          "shard is %d, valid are 0 to %d".formatted(answer.getShard(), settings.shards() - 1));
    }
    Gathering gathering = gatherings.get(answer.getGatherId());
    Gathering.Outcome outcome = gathering == null ? Gathering.Outcome.LATE : gathering.take(answer);
    Objects.requireNonNull(outcomes.get(outcome)).increment();
    if (gathering != null && gathering.isComplete()) {
      gatherings.remove(answer.getGatherId());
      finish(answer.getGatherId(), gathering);
    }
  }

  private void tick() {
    long now = context.currentSystemTimeMs();
    toAskAgain.forEach(gatherId -> askAgain(gatherId, now));
    toAskAgain.clear();
    gatherings
        .entrySet()
        .removeIf(
            entry -> {
              boolean over = entry.getValue().isOver(now);
              if (over) {
                finish(entry.getKey(), entry.getValue());
              }
              return over;
            });
  }

  /** The same search, so answers to its first sending count: only the deadline is another. */
  private void askAgain(String gatherId, long nowMillis) {
    PendingRequest left = pending.get(gatherId);
    if (left == null) {
      return; // the answers to its first sending came meanwhile
    }
    ShardQuery again =
        ShardQuery.newBuilder(left.query()).setDeadline(deadline(nowMillis, null)).build();
    pending.put(gatherId, left.with(again));
    begin(again);
    send(again);
  }

  private void finish(String gatherId, Gathering gathering) {
    PendingRequest request = Objects.requireNonNull(pending.delete(gatherId), gatherId);
    long now = context.currentSystemTimeMs();
    long gatherNanos = System.nanoTime() - gathering.startNanos();
    Recommendations answer = answer(request.draft(), gathering, gatherNanos, now);
    (gathering.isComplete() ? complete : partial).record(gatherNanos, TimeUnit.NANOSECONDS);
    requests.answered(
        answer.getStatus(), TimeUnit.MICROSECONDS.toNanos(answer.getTimings().getTotalMicros()));
    context.forward(
        new Record<byte @Nullable [], SpecificRecord>(
            request.key(), answer, now, request.headers()),
        answersSink);
  }

  private static Recommendations answer(
      Recommendations draft, Gathering gathering, long gatherNanos, long nowMillis) {
    List<ShardItem> items = gathering.items();
    List<Integer> missing = gathering.missingShards();
    float gapBound = gathering.gapBound(items);
    Certificate certificate =
        gapBound == 0
            ? Certificate.EXACT
            : Float.isFinite(gapBound) ? Certificate.BOUNDED : Certificate.NONE;
    long gatherMicros = TimeUnit.NANOSECONDS.toMicros(gatherNanos);
    Timings before = draft.getTimings();
    return Recommendations.newBuilder(draft)
        .setStatus(missing.isEmpty() ? RecommendationStatus.OK : RecommendationStatus.PARTIAL)
        .setReason(missing.isEmpty() ? null : reason(missing))
        .setItems(gathering.recommended(items))
        .setCertificate(certificate)
        .setGapBound(certificate == Certificate.NONE ? null : gapBound)
        .setMissingShards(missing)
        .setTimings(
            Timings.newBuilder(before)
                .setSearchMicros(gatherMicros)
                .setTotalMicros(before.getTotalMicros() + gatherMicros)
                .build())
        .setTimestamp(Instant.ofEpochMilli(nowMillis))
        .build();
  }

  private static String reason(List<Integer> missing) {
    return "no answer in time from shards " + missing + ": their items were not searched";
  }
}
