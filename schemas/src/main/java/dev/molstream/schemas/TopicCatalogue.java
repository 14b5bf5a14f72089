package dev.molstream.schemas;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Names and settings of all topics, in one place: a prefix puts several installations on one
 * cluster. Partition counts matter only where topics are created; running services ask the broker.
 *
 * <pre>{@code
 * TopicCatalogue topics = TopicCatalogue.of("staging.");
 * topics.create(admin, (short) 3);
 * topics.name(Topic.USER_EVENTS); // "staging.user-events"
 * }</pre>
 *
 * @param prefix goes before every name, may be empty; letters, digits, '.', '_' and '-', at most
 *     200 characters
 * @param eventPartitions partitions of user-events, recommendation-requests and recommendations, 1
 *     to 10000
 * @param cataloguePartitions partitions of item-updates and item-embeddings, 1 to 10000
 */
public record TopicCatalogue(String prefix, int eventPartitions, int cataloguePartitions) {
  private static final int DEFAULT_PARTITIONS = 6;
  private static final int MAX_PARTITIONS = 10_000;
  private static final Duration LEADER_PATIENCE = Duration.ofSeconds(30);
  private static final Duration LEADER_PAUSE = Duration.ofMillis(50);
  // Kafka allows 249 characters; the longest name of ours takes 23.
  private static final Pattern LEGAL_PREFIX = Pattern.compile("[a-zA-Z0-9._-]{0,200}");

  public TopicCatalogue {
    if (!LEGAL_PREFIX.matcher(prefix).matches()) {
      throw new IllegalArgumentException(
          "topic prefix '%s' is not valid: use letters, digits, '.', '_' and '-', at most 200"
              .formatted(RecordFormatException.shown(prefix)));
    }
    requirePartitions("event", eventPartitions);
    requirePartitions("catalogue", cataloguePartitions);
  }

  /** The catalogue under {@code prefix} with 6 partitions each for events and items. */
  public static TopicCatalogue of(String prefix) {
    return new TopicCatalogue(prefix, DEFAULT_PARTITIONS, DEFAULT_PARTITIONS);
  }

  /** The same names with other partition counts. */
  public TopicCatalogue withPartitions(int events, int catalogue) {
    return new TopicCatalogue(prefix, events, catalogue);
  }

  /** The full name of {@code topic}. */
  public String name(Topic topic) {
    return prefix + topic.suffix();
  }

  /** The topic with the full name {@code name}, if it is one of ours. */
  public Optional<Topic> find(String name) {
    return Arrays.stream(Topic.values()).filter(topic -> name(topic).equals(name)).findFirst();
  }

  /** The partition count {@code topic} is created with. */
  public int partitions(Topic topic) {
    return switch (topic.partitions()) {
      case EVENTS -> eventPartitions;
      case CATALOGUE -> cataloguePartitions;
      case ONE -> 1;
    };
  }

  /**
   * Creates the topics that do not exist yet and leaves the others as they are.
   *
   * @param replicationFactor replicas per partition, or -1 for the broker's default
   * @return the full names of the topics created, in the order of {@link Topic}
   * @throws KafkaException when the broker refuses or cannot be reached
   * @throws IllegalStateException when existing topics contradict the catalogue: user-events and
   *     recommendation-requests differ in their number of partitions, or a cleanup policy is wrong
   */
  public List<String> create(Admin admin, short replicationFactor) {
    List<NewTopic> wanted =
        Arrays.stream(Topic.values()).map(topic -> newTopic(topic, replicationFactor)).toList();
    Map<String, KafkaFuture<Void>> results = admin.createTopics(wanted).values();
    List<String> created = new ArrayList<>();
    for (NewTopic topic : wanted) {
      try {
        await(Objects.requireNonNull(results.get(topic.name())));
        created.add(topic.name());
      } catch (TopicExistsException alreadyThere) {
        continue;
      }
    }
    awaitLeaders(admin, wanted.stream().filter(topic -> created.contains(topic.name())).toList());
    requireConsistent(describe(admin));
    return created;
  }

  /**
   * Waits until each partition's leader serves it. A broker names leaders a moment before they do
   * so; an idempotent producer whose first batch comes before and whose second comes after that
   * moment loses the first (KAFKA-15591). Until the metadata of a new topic has reached the broker
   * that is asked, the topic is unknown there.
   */
  private static void awaitLeaders(Admin admin, List<NewTopic> topics) {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (NewTopic topic : topics) {
      for (int partition = 0; partition < topic.numPartitions(); partition++) {
        ends.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest());
      }
    }
    long start = System.nanoTime();
    while (true) {
      try {
        await(admin.listOffsets(ends).all());
        return;
      } catch (UnknownTopicOrPartitionException unknown) {
        if (System.nanoTime() - start > LEADER_PATIENCE.toNanos()) {
          throw unknown;
        }
        pause();
      }
    }
  }

  /**
   * What the broker has, one state per topic in the order of {@link Topic}, missing ones included.
   *
   * @throws KafkaException when the broker refuses or cannot be reached
   */
  public List<TopicState> describe(Admin admin) {
    List<String> names = Arrays.stream(Topic.values()).map(this::name).toList();
    Map<String, KafkaFuture<TopicDescription>> results =
        admin.describeTopics(names).topicNameValues();
    Map<Topic, TopicDescription> found = new HashMap<>();
    for (Topic topic : Topic.values()) {
      try {
        found.put(topic, await(Objects.requireNonNull(results.get(name(topic)))));
      } catch (UnknownTopicOrPartitionException missing) {
        continue;
      }
    }
    Map<ConfigResource, Config> configs =
        await(admin.describeConfigs(found.keySet().stream().map(this::resource).toList()).all());
    List<TopicState> states = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      states.add(state(topic, found.get(topic), configs.get(resource(topic))));
    }
    return states;
  }

  private NewTopic newTopic(Topic topic, short replicationFactor) {
    Map<String, String> settings = new HashMap<>(topic.settings());
    if (replicationFactor >= 3) { // an acknowledged record survives the loss of a broker
      settings.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "2");
    }
    return new NewTopic(name(topic), partitions(topic), replicationFactor).configs(settings);
  }

  private ConfigResource resource(Topic topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, name(topic));
  }

  private TopicState state(
      Topic topic, @Nullable TopicDescription description, @Nullable Config config) {
    if (description == null || config == null) {
      return new TopicState(topic, name(topic), 0, 0, "");
    }
    List<TopicPartitionInfo> partitions = description.partitions();
    return new TopicState(
        topic,
        name(topic),
        partitions.size(),
        partitions.getFirst().replicas().size(),
        config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value());
  }

  // A broker may not know yet what another has just created: absent topics are left out.
  private static void requireConsistent(List<TopicState> states) {
    TopicState events = states.get(Topic.USER_EVENTS.ordinal());
    TopicState requests = states.get(Topic.RECOMMENDATION_REQUESTS.ordinal());
    if (events.exists() && requests.exists() && events.partitions() != requests.partitions()) {
      throw new IllegalStateException(
          "%s has %d partitions and %s has %d: they must agree, a user's events and requests meet"
              .formatted(
                  events.name(), events.partitions(), requests.name(), requests.partitions()));
    }
    for (TopicState state : states) {
      String expected = state.topic().settings().get(TopicConfig.CLEANUP_POLICY_CONFIG);
      if (state.exists() && !state.cleanupPolicy().equals(expected)) {
        throw new IllegalStateException(
            "%s has cleanup.policy=%s: %s is needed"
                .formatted(state.name(), state.cleanupPolicy(), expected));
      }
    }
  }

  private static <T> T await(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException refused
          ? refused
          : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(LEADER_PAUSE);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static void requirePartitions(String kind, int partitions) {
    if (partitions < 1 || partitions > MAX_PARTITIONS) {
      throw new IllegalArgumentException(
          "%d %s partitions are not valid: 1 to %d are"
              .formatted(partitions, kind, MAX_PARTITIONS));
    }
  }
}
