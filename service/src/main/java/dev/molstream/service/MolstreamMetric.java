package dev.molstream.service;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Every metric of our own, in one place: dashboards, alerts and {@code docs/metrics.md} are checked
 * against it. Beside these, the services export Kafka's client and Streams metrics ({@code
 * kafka_…}) and those of the JVM ({@code jvm_…}, {@code process_…}, {@code system_…}).
 *
 * <p>Labels have few values each: never an item, a user or a request. Meters are registered when
 * asked for and found again under the same label values; keep them rather than asking per record.
 */
public enum MolstreamMetric {
  /** Requests answered. */
  REQUESTS(Kind.COUNTER, "requests", "Answers given to recommendation requests.", "status"),
  /** Whole processing of a request. */
  REQUEST_TIME(
      Kind.TIMER, "request", "Processing of one request, without the wait before it.", "status"),
  /** Parts of the processing. */
  STAGE_TIME(
      Kind.TIMER,
      "request.stage",
      "Parts of answering a request: wait (record timestamp to start), history, encode, search.",
      "stage"),
  /** Users whose data was dropped. */
  USERS_FORGOTTEN(
      Kind.COUNTER,
      "users.forgotten",
      "Users whose history was dropped: erased by a record without a value, or idle for longer"
          + " than history.retention.days.",
      "why"),
  /** Time that requests waited for events. */
  EVENT_WAIT(
      Kind.TIMER,
      "request.event.wait",
      "Time that a request waited for events it named in afterEvents: all found, or some missed.",
      "outcome"),
  /** Requests that went to the end of a partition. */
  REQUESTS_SENT_ON(
      Kind.COUNTER,
      "requests.sent.on",
      "Times that a request was sent on: misrouted, to its own partition; waiting for events, to"
          + " the end of it.",
      "why"),
  /** User events read. */
  EVENTS(
      Kind.COUNTER,
      "events",
      "User events read: stored, duplicate, or sent-on to the right partition.",
      "outcome"),
  /** History items without an embedding. */
  UNKNOWN_HISTORY_ITEMS(
      Kind.COUNTER,
      "history.unknown.items",
      "Items of histories that had no embedding when a request came, and were left out."),
  /** Items in the index. */
  INDEX_ITEMS(Kind.GAUGE, "index.items", "Items in the index of a model.", "model"),
  /** Memory of the index. */
  INDEX_BYTES(Kind.GAUGE, "index.bytes", "Off-heap bytes held by the index of a model.", "model"),
  /** Catch-up of the index. */
  INDEX_RECORDS_LEFT(
      Kind.GAUGE,
      "index.records.left",
      "Records of item-embeddings that the index of a model has still to read.",
      "model"),
  /** Changes applied to the index. */
  INDEX_CHANGES(Kind.COUNTER, "index.changes", "Changes applied: upsert or delete.", "kind"),
  /** Delay from item update to index. */
  FRESHNESS(
      Kind.TIMER,
      "index.freshness",
      "From the timestamp of an item-updates record to the change being searchable: upsert or"
          + " delete.",
      "kind"),
  /** Searches of a shard. */
  SHARD_SEARCHES(
      Kind.COUNTER,
      "shard.searches",
      "Queries read by the shards of a sharded catalogue: answered, or expired and passed over.",
      "outcome"),
  /** What shards answered. */
  SHARD_ANSWERS(
      Kind.COUNTER,
      "shard.answers",
      "Answers of shards as the asker reads them: merged, duplicate, or late and dropped.",
      "outcome"),
  /** Waiting for shards. */
  GATHER_TIME(
      Kind.TIMER,
      "gather",
      "From sending a query to the shards to answering the request: complete, or partial when the"
          + " deadline came first.",
      "outcome"),
  /** Search kernel in use. */
  KERNEL_INFO(Kind.GAUGE, "kernel.info", "1 for the scoring kernel in use.", "kernel"),
  /** Item updates turned into embeddings. */
  EMBEDDINGS(Kind.COUNTER, "embeddings", "Item updates handled: embedded or deleted.", "kind"),
  /** Time in the item tower. */
  EMBEDDING_BATCH_TIME(
      Kind.TIMER, "embedding.batch", "One pass of a batch of items through the item tower."),
  /** Catch-up of an embedding. */
  EMBEDDING_RECORDS_LEFT(
      Kind.GAUGE,
      "embedding.records.left",
      "Records of item-updates that are still to be embedded for a model, by all instances.",
      "model"),
  /** Records nobody can use. */
  DEAD_LETTERS(Kind.COUNTER, "dead.letters", "Records sent to dead-letters.", "topic", "reason"),
  /** Model in use. */
  MODEL_INFO(Kind.GAUGE, "model.info", "1 for the model in use.", "model", "encoder", "similarity"),
  /** Histories behind user-events. */
  CATCH_UP_REMAINING(
      Kind.GAUGE,
      "catchup.remaining",
      "User events that were there at the start and are not in a history yet; 0 from then on."),
  /** Traffic of a model. */
  MODEL_SHARE(
      Kind.GAUGE,
      "model.share",
      "Share of the users that a model answers, 0 to 1; 0 while it is kept ready.",
      "model"),
  /** Releases nobody can use. */
  RELEASES_REFUSED(
      Kind.GAUGE,
      "releases.refused",
      "Releases in models that this instance cannot use; /health/ready says why."),
  /** Readiness. */
  READY(Kind.GAUGE, "ready", "1 when /health/ready says so, else 0."),
  /** Memory of the process. */
  RESIDENT_BYTES(
      Kind.GAUGE,
      "resident.bytes",
      "Memory of the process in RAM, heap and off-heap, mapped files included.");

  /** How a metric behaves. */
  public enum Kind {
    /** Only grows; exported with {@code _total}. */
    COUNTER,
    /** Goes up and down. */
    GAUGE,
    /**
     * Durations in seconds, exported with {@code _seconds_bucket}, {@code _seconds_count}, {@code
     * _seconds_sum} and {@code _seconds_max}.
     */
    TIMER
  }

  // From a cached lookup to a consumer that lags: 18 buckets keep a scrape small.
  private static final Duration[] BUCKETS =
      List.of(
              100,
              250,
              500,
              1_000,
              2_000,
              3_000,
              5_000,
              7_500,
              10_000,
              20_000,
              35_000,
              50_000,
              100_000,
              200_000,
              500_000,
              1_000_000,
              5_000_000,
              30_000_000)
          .stream()
          .map(micros -> Duration.ofNanos(micros * 1_000L))
          .toArray(Duration[]::new);

  private final Kind kind;
  private final String meterName;
  private final String help;
  private final List<String> labels;

  MolstreamMetric(Kind kind, String name, String help, String... labels) {
    this.kind = kind;
    this.meterName = "molstream." + name;
    this.help = help;
    this.labels = List.of(labels);
  }

  /** How it behaves. */
  public Kind kind() {
    return kind;
  }

  /** What it says, in a sentence. */
  public String help() {
    return help;
  }

  /** Names of its labels, in the order their values are given in. */
  public List<String> labels() {
    return labels;
  }

  /** The name to ask Prometheus for; of a timer, the common part of its four series. */
  public String prometheusName() {
    String name = meterName.replace('.', '_').toLowerCase(Locale.ROOT);
    return switch (kind) {
      case COUNTER -> name + "_total";
      case GAUGE -> name;
      case TIMER -> name + "_seconds";
    };
  }

  /** The counter under these label values. */
  public Counter counter(MeterRegistry registry, String... labelValues) {
    require(Kind.COUNTER);
    return Counter.builder(meterName).description(help).tags(tags(labelValues)).register(registry);
  }

  /** The timer under these label values. */
  public Timer timer(MeterRegistry registry, String... labelValues) {
    require(Kind.TIMER);
    return Timer.builder(meterName)
        .description(help)
        .tags(tags(labelValues))
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  /** A gauge that asks {@code value} at each scrape; the registry keeps it reachable. */
  public Meter gauge(MeterRegistry registry, Supplier<Number> value, String... labelValues) {
    require(Kind.GAUGE);
    return Gauge.builder(meterName, value)
        .description(help)
        .tags(tags(labelValues))
        .register(registry);
  }

  private Tags tags(String... values) {
    if (values.length != labels.size()) {
      throw new IllegalArgumentException(
          this + " has labels " + labels + ", not " + values.length + " of them");
    }
    Tags tags = Tags.empty();
    for (int i = 0; i < values.length; i++) {
      tags = tags.and(labels.get(i), values[i]);
    }
    return tags;
  }

  private void require(Kind asked) {
    if (kind != asked) {
      throw new IllegalStateException(this + " is a " + kind + ", not a " + asked);
    }
  }
}
