package dev.molstream.schemas;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The topics between the processes. Keys are UTF-8 strings, values Avro records (see {@link
 * AvroSerde}), except in dead-letters, which holds records as they were received, and in
 * model-bundles, which holds files.
 */
public enum Topic {
  /** Key userId, value {@link UserEvent}. */
  USER_EVENTS("user-events", Partitions.EVENTS, deleteAfter(Duration.ofDays(30), true)),
  /** Key itemId, value {@link ItemUpdate}; a null value deletes the item. */
  ITEM_UPDATES("item-updates", Partitions.CATALOGUE, compact()),
  /** Key userId, value {@link RecommendationRequest}; partitioned as user-events is. */
  RECOMMENDATION_REQUESTS(
      "recommendation-requests", Partitions.EVENTS, deleteAfter(Duration.ofDays(1), true)),
  /** Key userId, value {@link Recommendations}. */
  RECOMMENDATIONS("recommendations", Partitions.EVENTS, deleteAfter(Duration.ofDays(1), false)),
  /** Key modelId, value {@link ModelRelease}. */
  MODELS("models", Partitions.ONE, compact()),
  /** Key {@link BundleChunkKey}, value a part of a file of a model bundle as it is. */
  MODEL_BUNDLES("model-bundles", Partitions.ONE, compact()),
  /** Key {@link EmbeddingKey}, value {@link ItemEmbedding}; a null value deletes. */
  ITEM_EMBEDDINGS("item-embeddings", Partitions.CATALOGUE, compact()),
  /**
   * No key, value {@link ShardQuery}, the same record in every partition; partitioned as
   * item-embeddings is. Used by a sharded catalogue, between instances of stream-app.
   */
  SHARD_QUERIES("shard-queries", Partitions.CATALOGUE, passing()),
  /** No key, value {@link ShardAnswer}; partitioned as user-events is. */
  SHARD_ANSWERS("shard-answers", Partitions.EVENTS, passing()),
  /** Key and value as received, the reason and the place of origin in headers. */
  DEAD_LETTERS("dead-letters", Partitions.ONE, deleteAfter(Duration.ofDays(14), true));

  /** Which of the catalogue's partition counts a topic takes. */
  enum Partitions {
    /** One per share of the users: topics that are read together must agree. */
    EVENTS,
    /** One per share of the items. */
    CATALOGUE,
    /** A single partition: little data, and one order of everything. */
    ONE
  }

  private final String suffix;
  private final Partitions partitions;
  private final Map<String, String> settings;

  Topic(String suffix, Partitions partitions, Map<String, String> settings) {
    this.suffix = suffix;
    this.partitions = partitions;
    this.settings = settings;
  }

  /** The name without the catalogue's prefix. */
  public String suffix() {
    return suffix;
  }

  /** True when Kafka keeps the last record of each key, false when it deletes by age. */
  public boolean isCompacted() {
    return TopicConfig.CLEANUP_POLICY_COMPACT.equals(
        settings.get(TopicConfig.CLEANUP_POLICY_CONFIG));
  }

  Partitions partitions() {
    return partitions;
  }

  /** Topic configuration, by Kafka's names. */
  Map<String, String> settings() {
    return settings;
  }

  /**
   * Records go by age.
   *
   * @param stampedByBroker age counts from arrival, so that replayed history (with producer
   *     timestamps years back) is not deleted as soon as it is written, and a request has not
   *     waited for as long as its client's clock is behind; otherwise from the producer's timestamp
   */
  private static Map<String, String> deleteAfter(Duration retention, boolean stampedByBroker) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
    settings.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis()));
    settings.put(
        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
        stampedByBroker ? "LogAppendTime" : "CreateTime");
    return Map.copyOf(settings);
  }

  /** Records that nobody wants after a second: small segments, so that they do go. */
  private static Map<String, String> passing() {
    Map<String, String> settings = new LinkedHashMap<>(deleteAfter(Duration.ofMinutes(1), false));
    settings.put(TopicConfig.SEGMENT_MS_CONFIG, Long.toString(Duration.ofMinutes(1).toMillis()));
    settings.putAll(smallSegments());
    return Map.copyOf(settings);
  }

  /**
   * The last record of each key stays. Deletions stay readable for a week: an instance that was
   * down for longer must be started with an empty state directory, or it keeps deleted items.
   */
  private static Map<String, String> compact() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    settings.put(
        TopicConfig.DELETE_RETENTION_MS_CONFIG, Long.toString(Duration.ofDays(7).toMillis()));
    // Only closed segments are compacted: small ones, closed daily, keep a replay short.
    settings.putAll(smallSegments());
    settings.put(TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.3");
    settings.put(
        TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG, Long.toString(Duration.ofDays(1).toMillis()));
    return Map.copyOf(settings);
  }

  /**
   * Segments of 128 MiB. Each has two sparse index files, mapped, of the size reserved for them: by
   * default 26 times what so short a segment fills. Where disks read far ahead, the first touch of
   * one makes all of its zeros at once.
   */
  private static Map<String, String> smallSegments() {
    return Map.of(
        TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(128 << 20),
        TopicConfig.SEGMENT_INDEX_BYTES_CONFIG, Integer.toString(512 << 10));
  }
}
