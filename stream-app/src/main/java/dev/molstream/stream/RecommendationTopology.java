package dev.molstream.stream;

import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.UserEvent;
import dev.molstream.schemas.WireFormat;
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
 * dev.molstream.stream.model.IndexFeed}.
 */
final class RecommendationTopology {
  private static final String EVENTS = "events";
  private static final String REQUESTS = "requests";
  private static final String USERS = "users";

  private RecommendationTopology() {}

  /** Builds the topology. */
  static Topology of(
      TopicCatalogue topics, UserSettings settings, ReplyTopics replies, WireFormat format) {
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
            UserProcessor.ANSWERS,
            replies,
            new ByteArraySerializer(),
            format.serde(Recommendations.class).serializer(),
            USERS)
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
