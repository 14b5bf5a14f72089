package dev.molstream.stream;

import dev.molstream.retrieval.ItemIndex;
import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.UserEvent;
import dev.molstream.stream.history.UserHistory;
import dev.molstream.stream.index.EmbeddingProcessor;
import dev.molstream.stream.index.ItemIndexStoreBuilder;
import dev.molstream.stream.popularity.PopularItems;
import dev.molstream.stream.user.EventsFirst;
import dev.molstream.stream.user.UserProcessor;
import dev.molstream.stream.user.UserSettings;
import java.nio.file.Path;
import java.util.function.Function;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

/**
 * The topology:
 *
 * <pre>
 * item-embeddings ──► index ──► (item-index, on every instance)
 *                                    │
 * user-events ─────────────┐         ▼
 *                          ├──► users ──► recommendations
 * recommendation-requests ─┘      │ └───► user-events, recommendation-requests (sent on)
 *                         (user-history, item-popularity)
 * </pre>
 */
final class RecommendationTopology {
  private static final String EVENTS = "events";
  private static final String REQUESTS = "requests";
  private static final String USERS = "users";

  private RecommendationTopology() {}

  /**
   * Builds the topology.
   *
   * @param opener opens the item index in a directory
   */
  static Topology of(
      TopicCatalogue topics,
      UserSettings settings,
      ReplyTopics replies,
      Function<Path, ItemIndex> opener) {
    String modelId = settings.model().modelId();
    String events = topics.name(Topic.USER_EVENTS);
    String requests = topics.name(Topic.RECOMMENDATION_REQUESTS);
    AvroSerde<UserEvent> eventSerde = AvroSerde.of(UserEvent.class);
    AvroSerde<RecommendationRequest> requestSerde = AvroSerde.of(RecommendationRequest.class);
    return new Topology()
        .addGlobalStore(
            new ItemIndexStoreBuilder(opener, settings.registry()),
            "embeddings",
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer(),
            topics.name(Topic.ITEM_EMBEDDINGS),
            "index",
            () -> new EmbeddingProcessor(modelId, settings.registry()))
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
        .addProcessor(USERS, () -> new UserProcessor(settings), EVENTS, REQUESTS)
        .addStateStore(UserHistory.storeBuilder(), USERS)
        .addStateStore(PopularItems.storeBuilder(settings.decay()), USERS)
        .addSink(
            UserProcessor.ANSWERS,
            replies,
            new ByteArraySerializer(),
            AvroSerde.of(Recommendations.class).serializer(),
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
