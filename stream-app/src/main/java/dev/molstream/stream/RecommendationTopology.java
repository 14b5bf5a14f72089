package dev.molstream.stream;

import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.ShardAnswer;
import dev.molstream.schemas.ShardQuery;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.UserEvent;
import dev.molstream.schemas.WireFormat;
import dev.molstream.stream.gather.AllPartitions;
import dev.molstream.stream.gather.FirstInTask;
import dev.molstream.stream.gather.GatherProcessor;
import dev.molstream.stream.gather.GatherSettings;
import dev.molstream.stream.history.IdleUsers;
import dev.molstream.stream.history.UserHistory;
import dev.molstream.stream.popularity.PopularItems;
import dev.molstream.stream.user.EventsFirst;
import dev.molstream.stream.user.UserProcessor;
import dev.molstream.stream.user.UserSettings;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

/**
 * The topology:
 *
 * <pre>
 *                            (served models)
 *                                 │
 * user-events ─────────────┐      ▼
 *                          ├──► users ──► recommendations
 * recommendation-requests ─┘      │ └───► user-events, recommendation-requests (sent on)
 *                         (user-history, user-arrivals, item-popularity)
 * </pre>
 *
 * The item indexes are not part of it: each model's is fed by a client of its own, see {@link
 * dev.molstream.stream.model.IndexFeed}. With a sharded catalogue the search is not either:
 *
 * <pre>
 *                    shard-answers ──┐
 *                                    ▼
 *                        users ──► gather ──► recommendations
 *                                  │    └───► shard-queries (all partitions)
 *                          (pending-requests)
 * </pre>
 */
final class RecommendationTopology {
  private static final String EVENTS = "events";
  private static final String REQUESTS = "requests";
  private static final String USERS = "users";
  private static final String SHARD_ANSWERS = "shard-answers";

  private RecommendationTopology() {}

  /** Builds the topology of a replicated catalogue. */
  static Topology of(
      TopicCatalogue topics, UserSettings settings, ReplyTopics replies, WireFormat format) {
    return withAnswers(users(topics, settings, format), replies, format, USERS);
  }

  /**
   * Builds the topology of a sharded catalogue. What only stream-apps read is in single-object
   * encoding whatever the format.
   */
  static Topology sharded(
      TopicCatalogue topics,
      UserSettings settings,
      ReplyTopics replies,
      WireFormat format,
      GatherSettings gather) {
    Topology topology =
        users(topics, settings, format)
            .addSource(
                AutoOffsetReset.earliest(),
                SHARD_ANSWERS,
                new FirstInTask(),
                new ByteArrayDeserializer(),
                AvroSerde.of(ShardAnswer.class).deserializer(),
                topics.name(Topic.SHARD_ANSWERS))
            .addProcessor(
                UserProcessor.GATHER,
                () -> new GatherProcessor(gather, UserProcessor.ANSWERS),
                USERS,
                SHARD_ANSWERS)
            .addStateStore(GatherProcessor.storeBuilder(), UserProcessor.GATHER)
            .addSink(
                GatherProcessor.QUERIES,
                topics.name(Topic.SHARD_QUERIES),
                new ByteArraySerializer(),
                AvroSerde.of(ShardQuery.class).serializer(),
                new AllPartitions(),
                UserProcessor.GATHER);
    return withAnswers(topology, replies, format, USERS, UserProcessor.GATHER);
  }

  private static Topology withAnswers(
      Topology topology, ReplyTopics replies, WireFormat format, String... answering) {
    return topology.addSink(
        UserProcessor.ANSWERS,
        replies,
        new ByteArraySerializer(),
        format.serde(Recommendations.class).serializer(),
        answering);
  }

  private static Topology users(TopicCatalogue topics, UserSettings settings, WireFormat format) {
    String events = topics.name(Topic.USER_EVENTS);
    String requests = topics.name(Topic.RECOMMENDATION_REQUESTS);
    AvroSerde<UserEvent> eventSerde = format.serde(UserEvent.class);
    AvroSerde<RecommendationRequest> requestSerde = format.serde(RecommendationRequest.class);
    return new Topology()
        .addSource(
            AutoOffsetReset.earliest(),
            EVENTS,
            EventsFirst.events(),
            new ByteArrayDeserializer(),
            eventSerde.deserializer(),
            events)
        .addSource(
            AutoOffsetReset.earliest(),
            REQUESTS,
            EventsFirst.requests(),
            new ByteArrayDeserializer(),
            requestSerde.deserializer(),
            requests)
        .addProcessor(USERS, () -> new UserProcessor(settings, events), EVENTS, REQUESTS)
        .addStateStore(UserHistory.storeBuilder(), USERS)
        .addStateStore(IdleUsers.storeBuilder(), USERS)
        .addStateStore(PopularItems.storeBuilder(settings.decay()), USERS)
        .addSink(
            UserProcessor.EVENTS_SENT_ON,
            events,
            new ByteArraySerializer(),
            eventSerde.serializer(),
            settings.partitions(),
            USERS)
        .addSink(
            UserProcessor.REQUESTS_SENT_ON,
            requests,
            new ByteArraySerializer(),
            requestSerde.serializer(),
            settings.partitions(),
            USERS);
  }
}
