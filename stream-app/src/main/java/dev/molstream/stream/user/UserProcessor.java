package dev.molstream.stream.user;

import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.UserEvent;
import dev.molstream.service.DeadLetterReason;
import dev.molstream.service.InvalidRecordException;
import dev.molstream.service.MolstreamMetric;
import dev.molstream.stream.history.IdleUsers;
import dev.molstream.stream.history.UserHistory;
import dev.molstream.stream.popularity.PopularItems;
import dev.molstream.stream.request.Arrival;
import dev.molstream.stream.request.EventWait;
import dev.molstream.stream.request.RequestAnswerer;
import dev.molstream.stream.request.RequestMetrics;
import dev.molstream.stream.request.ShardedRanking;
import dev.molstream.stream.validation.EventRules;
import dev.molstream.stream.validation.RequestRules;
import io.micrometer.core.instrument.Counter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Events and requests of one task's users, in one node so that what an event changes is there for
 * the next request: events enter history and popularity, requests are answered from them by the
 * served models. Nothing is stored of a request, so a repeated one is answered again under the same
 * requestId.
 */
@SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
public final class UserProcessor implements Processor<byte[], SpecificRecord, byte[], Object> {
  /** Name of the sink for answers. */
  public static final String ANSWERS = "answers";

  /** Name of the sink for events that belong in another partition. */
  public static final String EVENTS_SENT_ON = "events-sent-on";

  /** Name of the sink for requests that belong in another partition. */
  public static final String REQUESTS_SENT_ON = "requests-sent-on";

  /** Name of the node that asks the shards, where the items are elsewhere. */
  public static final String GATHER = "gather";

  private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(1);

  private final UserSettings settings;
  private final String eventTopic;
  private final Counter stored;
  private final Counter duplicates;
  private final Counter sentOn;
  private final Counter misrouted;
  private final Counter waiting;
  private final Counter erased;
  private final Counter forgotten;
  private ProcessorContext<byte[], Object> context;
  private UserHistory history;
  private PopularItems popular;
  private RequestAnswerer answerer;
  private EventWait eventWait;
  private IdleUsers idleUsers;

  /**
   * A processor for one task.
   *
   * @param eventTopic full name of user-events, where a record without a value erases a user
   */
  public UserProcessor(UserSettings settings, String eventTopic) {
    this.settings = settings;
    this.eventTopic = eventTopic;
    this.erased = MolstreamMetric.USERS_FORGOTTEN.counter(settings.registry(), "erased");
    this.forgotten = MolstreamMetric.USERS_FORGOTTEN.counter(settings.registry(), "idle");
    this.stored = MolstreamMetric.EVENTS.counter(settings.registry(), "stored");
    this.duplicates = MolstreamMetric.EVENTS.counter(settings.registry(), "duplicate");
    this.sentOn = MolstreamMetric.EVENTS.counter(settings.registry(), "sent-on");
    this.misrouted = MolstreamMetric.REQUESTS_SENT_ON.counter(settings.registry(), "misrouted");
    this.waiting = MolstreamMetric.REQUESTS_SENT_ON.counter(settings.registry(), "waiting");
  }

  @Override
  public void init(ProcessorContext<byte[], Object> context) {
    this.context = context;
    history =
        new UserHistory(
            context.getStateStore(UserHistory.STORE),
            settings.limits().historyMaxEvents(),
            settings.historyMemory());
    idleUsers =
        new IdleUsers(
            context.getStateStore(IdleUsers.STORE), history, settings.limits().retentionDays());
    context.schedule(
        SWEEP_INTERVAL,
        PunctuationType.WALL_CLOCK_TIME,
        now -> forgotten.increment(idleUsers.sweep(now)));
    popular =
        new PopularItems(
            context.getStateStore(PopularItems.storeName(settings.decay())), settings.decay());
    eventWait = new EventWait(history, settings.limits().eventWait(), settings.registry());
    answerer =
        new RequestAnswerer(
            settings.models(),
            history,
            popular,
            settings.limits().admissionWait(),
            new RequestMetrics(settings.registry()));
  }

  @Override
  public void process(Record<byte[], SpecificRecord> record) {
    switch (record.value()) {
      case UserEvent event -> remember(record, event);
      case RecommendationRequest request -> answer(record, request);
      case null, default -> erase(record);
    }
  }

  @Override
  public void close() {
    history.close();
  }

  private void remember(Record<byte[], SpecificRecord> record, UserEvent event) {
    String problem = EventRules.problem(event);
    if (problem != null) {
      throw new InvalidRecordException(DeadLetterReason.INVALID_VALUE, problem);
    }
    byte[] user = utf8(event.getUserId());
    if (sendOn(record, user, EVENTS_SENT_ON)) {
      sentOn.increment();
      return;
    }
    long now = context.currentSystemTimeMs();
    idleUsers.arrived(event.getUserId(), now);
    if (history.add(event)) {
      // An event dated ahead of its arrival would stay the most recent for as long.
      popular.count(event.getItemId(), Math.min(event.getTimestamp().toEpochMilli(), now));
      stored.increment();
    } else {
      duplicates.increment();
    }
  }

  /** A user event without a value: everything kept of the user named by its key goes. */
  private void erase(Record<byte[], SpecificRecord> record) {
    byte[] user = record.key();
    if (!place().topic().equals(eventTopic) || user == null) {
      throw new InvalidRecordException(
          DeadLetterReason.UNREADABLE,
          "the record has no value: valid is an event, a request, or the key of a user to erase in "
              + eventTopic);
    }
    String userId = EventRules.userOf(user);
    if (sendOn(record, user, EVENTS_SENT_ON)) {
      sentOn.increment();
      return;
    }
    history.erase(userId);
    idleUsers.erase(userId);
    erased.increment();
  }

  private void answer(Record<byte[], SpecificRecord> record, RecommendationRequest request) {
    byte @Nullable [] key = record.key();
    long sent = EventsFirst.sentMillis(record.timestamp());
    if (RequestRules.userProblem(request) == null) {
      key = utf8(request.getUserId());
      if (sendOn(record.withTimestamp(sent), key, REQUESTS_SENT_ON)) {
        misrouted.increment();
        return;
      }
    }
    long now = context.currentSystemTimeMs();
    List<String> missing = eventWait.missing(request);
    if (!missing.isEmpty() && eventWait.holdsBack(request, record.headers(), now)) {
      context.forward(record.withKey(key).withTimestamp(sent), REQUESTS_SENT_ON);
      waiting.increment();
      return;
    }
    boolean heldBack = eventWait.end(record.headers(), missing, now);
    RecordMetadata place = place();
    String name = place.topic() + "-" + place.partition() + "-" + place.offset();
    RequestAnswerer.Reply reply =
        answerer.answer(request, new Arrival(name, sent, now, heldBack, missing));
    record.headers().remove(UserPartitions.HEADER);
    switch (reply) {
      case RequestAnswerer.Answered answered ->
          forward(key, answered.answer(), now, record.headers(), ANSWERS);
      case ShardedRanking ranking -> forward(key, ranking, now, record.headers(), GATHER);
    }
  }

  private boolean sendOn(Record<byte[], SpecificRecord> record, byte[] user, String sink) {
    if (!settings.partitions().isMisrouted(user, place().partition(), record.headers())) {
      return false;
    }
    Record<byte[], Object> marked = record.<byte[]>withKey(user).withValue(record.value());
    UserPartitions.mark(marked.headers());
    context.forward(marked, sink);
    return true;
  }

  private void forward(
      byte @Nullable [] key, Object value, long nowMillis, Headers headers, String node) {
    context.forward(new Record<byte @Nullable [], Object>(key, value, nowMillis, headers), node);
  }

  private RecordMetadata place() {
    return context.recordMetadata().orElseThrow();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
