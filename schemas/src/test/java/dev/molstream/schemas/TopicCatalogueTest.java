package dev.molstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.MockAdminClient;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicCatalogueTest {
  private final TopicCatalogue topics = TopicCatalogue.of("staging.");

  @Test
  void namesTopicsWithThePrefixAndFindsThemByName() {
    assertThat(topics.name(Topic.USER_EVENTS)).isEqualTo("staging.user-events");
    assertThat(topics.find("staging.user-events")).contains(Topic.USER_EVENTS);
    assertThat(topics.find("user-events")).isEmpty();
    assertThat(TopicCatalogue.of("").name(Topic.MODELS)).isEqualTo("models");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "ä", "a/b", "x\ny"})
  void refusesAPrefixKafkaWouldRefuse(String prefix) {
    assertThatThrownBy(() -> TopicCatalogue.of(prefix))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(prefix.replace('\n', ' '))
        .hasMessageContaining("letters, digits");
  }

  @Test
  void refusesPrefixesThatMakeNamesTooLongAndPartitionCountsOutOfRange() {
    assertThatThrownBy(() -> TopicCatalogue.of("x".repeat(201))).hasMessageContaining("200");
    assertThatThrownBy(() -> topics.withPartitions(0, 6))
        .hasMessageContaining("0 event partitions");
    assertThatThrownBy(() -> topics.withPartitions(6, 10_001))
        .hasMessageContaining("10001 catalogue partitions");
  }

  @Test
  void createsWhatIsMissingAndNothingTwice() {
    try (Admin admin = admin(3)) {
      assertThat(topics.describe(admin)).noneMatch(TopicState::exists);

      List<String> first = topics.create(admin, (short) 1);
      List<String> second = topics.create(admin, (short) 1);

      assertThat(first)
          .containsExactlyElementsOf(Arrays.stream(Topic.values()).map(topics::name).toList());
      assertThat(second).isEmpty();
    }
  }

  @Test
  void createsTopicsWithTheirPartitionsAndPolicies() {
    try (Admin admin = admin(3)) {
      TopicCatalogue small = topics.withPartitions(4, 2);

      small.create(admin, (short) 3);

      assertThat(small.describe(admin))
          .containsExactly(
              new TopicState(Topic.USER_EVENTS, "staging.user-events", 4, 3, "delete"),
              new TopicState(Topic.ITEM_UPDATES, "staging.item-updates", 2, 3, "compact"),
              new TopicState(
                  Topic.RECOMMENDATION_REQUESTS, "staging.recommendation-requests", 4, 3, "delete"),
              new TopicState(Topic.RECOMMENDATIONS, "staging.recommendations", 4, 3, "delete"),
              new TopicState(Topic.MODELS, "staging.models", 1, 3, "compact"),
              new TopicState(Topic.MODEL_BUNDLES, "staging.model-bundles", 1, 3, "compact"),
              new TopicState(Topic.ITEM_EMBEDDINGS, "staging.item-embeddings", 2, 3, "compact"),
              new TopicState(Topic.SHARD_QUERIES, "staging.shard-queries", 2, 3, "delete"),
              new TopicState(Topic.SHARD_ANSWERS, "staging.shard-answers", 4, 3, "delete"),
              new TopicState(Topic.DEAD_LETTERS, "staging.dead-letters", 1, 3, "delete"));
    }
  }

  @Test
  void keepsAcknowledgedRecordsThroughTheLossOfOneOfThreeReplicas() throws Exception {
    try (Admin admin = admin(3)) {
      topics.create(admin, (short) 3);

      assertThat(setting(admin, Topic.USER_EVENTS, "min.insync.replicas")).isEqualTo("2");
      assertThat(setting(admin, Topic.USER_EVENTS, "message.timestamp.type"))
          .isEqualTo("LogAppendTime");
      assertThat(setting(admin, Topic.RECOMMENDATION_REQUESTS, "message.timestamp.type"))
          .isEqualTo("LogAppendTime");
      assertThat(setting(admin, Topic.ITEM_UPDATES, "delete.retention.ms")).isEqualTo("604800000");
    }
  }

  @Test
  void refusesToServeEventsAndRequestsThatAreNotPartitionedAlike() {
    try (Admin admin = admin(1)) {
      admin.createTopics(
          List.of(
              new NewTopic("staging.user-events", 3, (short) 1)
                  .configs(Map.of("cleanup.policy", "delete"))));

      assertThatThrownBy(() -> topics.create(admin, (short) 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "staging.user-events has 3 partitions and staging.recommendation-requests has 6: "
                  + "they must agree, a user's events and requests meet");
    }
  }

  @Test
  void refusesAnExistingTopicThatWouldForgetItems() {
    try (Admin admin = admin(1)) {
      admin.createTopics(
          List.of(
              new NewTopic("staging.item-updates", 6, (short) 1)
                  .configs(Map.of("cleanup.policy", "delete"))));

      assertThatThrownBy(() -> topics.create(admin, (short) 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("staging.item-updates has cleanup.policy=delete: compact is needed");
    }
  }

  @Test
  void waitsUntilTheBrokerThatIsAskedKnowsTheNewTopics() {
    Node broker = new Node(0, "localhost", 1000);
    LateMetadata admin = new LateMetadata(broker, 2);
    serveAll(admin);

    topics.create(admin, (short) 1);

    assertThat(admin.refusals).isZero();
  }

  /** A broker that does not know topics yet the first times it is asked. */
  private static final class LateMetadata extends MockAdminClient {
    private int refusals;

    LateMetadata(Node broker, int refusals) {
      super(List.of(broker), broker);
      this.refusals = refusals;
    }

    @Override
    public synchronized ListOffsetsResult listOffsets(
        Map<TopicPartition, OffsetSpec> ends, ListOffsetsOptions options) {
      if (refusals == 0) {
        return super.listOffsets(ends, options);
      }
      refusals--;
      KafkaFutureImpl<ListOffsetsResultInfo> unknown = new KafkaFutureImpl<>();
      unknown.completeExceptionally(new UnknownTopicOrPartitionException("not yet"));
      return new ListOffsetsResult(
          ends.keySet().stream().collect(Collectors.toMap(end -> end, end -> unknown)));
    }
  }

  private Admin admin(int brokers) {
    MockAdminClient admin = MockAdminClient.create().numBrokers(brokers).build();
    serveAll(admin);
    return admin;
  }

  /** Partitions that are created have leaders that serve them. */
  private void serveAll(MockAdminClient admin) {
    Map<TopicPartition, Long> ends = new HashMap<>();
    for (Topic topic : Topic.values()) {
      for (int partition = 0; partition < topics.partitions(topic); partition++) {
        ends.put(new TopicPartition(topics.name(topic), partition), 0L);
      }
    }
    admin.updateEndOffsets(ends);
  }

  private String setting(Admin admin, Topic topic, String name)
      throws InterruptedException, ExecutionException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topics.name(topic));
    Map<ConfigResource, Config> configs = admin.describeConfigs(List.of(resource)).all().get();
    return Objects.requireNonNull(configs.get(resource)).get(name).value();
  }
}
