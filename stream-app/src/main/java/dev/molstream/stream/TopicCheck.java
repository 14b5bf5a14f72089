package dev.molstream.stream;

import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.TopicState;
import dev.molstream.service.ServiceConfig;
import dev.molstream.service.StreamsService;
import dev.molstream.stream.user.UserPartitions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/** Asks the broker whether the topics are there and fit together, before anything is started. */
final class TopicCheck {
  private static final Set<Topic> NEEDED =
      EnumSet.of(
          Topic.USER_EVENTS,
          Topic.RECOMMENDATION_REQUESTS,
          Topic.RECOMMENDATIONS,
          Topic.ITEM_EMBEDDINGS,
          Topic.DEAD_LETTERS);

  private TopicCheck() {}

  /**
   * How the broker partitions users.
   *
   * @param replyTopics further topics that must exist
   * @throws UnusableTopicsException naming the topics that are missing or contradict each other
   * @throws KafkaException when the broker cannot be asked
   */
  static UserPartitions partitions(
      ServiceConfig config, TopicCatalogue topics, Set<String> replyTopics) {
    try (Admin admin = StreamsService.admin(config)) {
      List<TopicState> states = topics.describe(admin); // in the order of Topic
      requireNone(missing(states, config.modelBundle() == null), "molstream topics create");
      Set<String> unknown = new TreeSet<>(replyTopics);
      unknown.removeAll(names(admin));
      requireNone(unknown, "create them or change reply.topics");
      return agreed(
          states.get(Topic.USER_EVENTS.ordinal()),
          states.get(Topic.RECOMMENDATION_REQUESTS.ordinal()));
    }
  }

  /**
   * How many shards a sharded catalogue has.
   *
   * @throws UnusableTopicsException naming the topics that are missing or contradict each other
   * @throws KafkaException when the broker cannot be asked
   */
  static int shards(ServiceConfig config, TopicCatalogue topics) {
    try (Admin admin = StreamsService.admin(config)) {
      List<TopicState> states = topics.describe(admin); // in the order of Topic
      TopicState queries = states.get(Topic.SHARD_QUERIES.ordinal());
      TopicState answers = states.get(Topic.SHARD_ANSWERS.ordinal());
      TopicState embeddings = states.get(Topic.ITEM_EMBEDDINGS.ordinal());
      TopicState events = states.get(Topic.USER_EVENTS.ordinal());
      Set<String> missing = new TreeSet<>();
      for (TopicState state : List.of(queries, answers)) {
        if (!state.exists()) {
          missing.add(state.name());
        }
      }
      requireNone(missing, "molstream topics create");
      requireSame(embeddings, queries, "a shard's items and queries meet");
      requireSame(events, answers, "a user's events and the shards' answers meet");
      return embeddings.partitions();
    }
  }

  private static Set<String> missing(List<TopicState> states, boolean followsReleases) {
    Set<Topic> needed = EnumSet.copyOf(NEEDED);
    if (followsReleases) {
      needed.addAll(List.of(Topic.MODELS, Topic.MODEL_BUNDLES));
    }
    Set<String> missing = new TreeSet<>();
    for (TopicState state : states) {
      if (!state.exists() && needed.contains(state.topic())) {
        missing.add(state.name());
      }
    }
    return missing;
  }

  private static void requireNone(Set<String> missing, String remedy) {
    if (!missing.isEmpty()) {
      throw new UnusableTopicsException("topics " + missing + " do not exist: " + remedy);
    }
  }

  private static UserPartitions agreed(TopicState events, TopicState requests) {
    requireSame(events, requests, "a user's events and requests meet");
    return new UserPartitions(events.partitions());
  }

  private static void requireSame(TopicState one, TopicState other, String why) {
    if (one.partitions() != other.partitions()) {
      throw new UnusableTopicsException(
          "%s has %d partitions and %s has %d: they must agree, %s"
              .formatted(one.name(), one.partitions(), other.name(), other.partitions(), why));
    }
  }

  private static Set<String> names(Admin admin) {
    try {
      return admin.listTopics().names().get();
    } catch (ExecutionException e) {
      throw new KafkaException("cannot list the topics", e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
