package dev.molstream.bench;

import dev.molstream.demo.PromptProducer;
import dev.molstream.schemas.Action;
import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.ItemUpdate;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.UserEvent;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Produces single events and item updates, without delay. Any thread. */
final class Writer implements AutoCloseable {
  private final TopicCatalogue topics;
  private final Producer<String, UserEvent> events;
  private final Producer<String, ItemUpdate> items;

  private Writer(
      TopicCatalogue topics,
      Producer<String, UserEvent> events,
      Producer<String, ItemUpdate> items) {
    this.topics = topics;
    this.events = events;
    this.items = items;
  }

  static Writer connect(Installation installation) {
    String bootstrapServers = installation.bootstrapServers();
    return new Writer(
        installation.topics(),
        PromptProducer.connect(bootstrapServers, AvroSerde.of(UserEvent.class).serializer()),
        PromptProducer.connect(bootstrapServers, AvroSerde.of(ItemUpdate.class).serializer()));
  }

  /** A user views an item, now; done when the broker has acknowledged it. The id is new. */
  CompletableFuture<UserEvent> view(String userId, String itemId) {
    UserEvent event =
        UserEvent.newBuilder()
            .setEventId(UUID.randomUUID().toString())
            .setUserId(userId)
            .setItemId(itemId)
            .setAction(Action.VIEW)
            .setTimestamp(Instant.now())
            .build();
    return send(events, Topic.USER_EVENTS, userId, event).thenApply(_ -> event);
  }

  /** Puts an item into the catalogue. */
  CompletableFuture<Void> put(ItemUpdate item) {
    return send(items, Topic.ITEM_UPDATES, item.getItemId(), item);
  }

  /** Deletes an item. */
  CompletableFuture<Void> delete(String itemId) {
    return send(items, Topic.ITEM_UPDATES, itemId, null);
  }

  @Override
  public void close() {
    events.close();
    items.close();
  }

  private <T> CompletableFuture<Void> send(
      Producer<String, T> producer, Topic topic, String key, @Nullable T value) {
    CompletableFuture<Void> acknowledged = new CompletableFuture<>();
    producer.send(
        new ProducerRecord<>(topics.name(topic), key, value),
        (_, e) -> {
          if (e == null) {
            acknowledged.complete(null);
          } else {
            acknowledged.completeExceptionally(e);
          }
        });
    return acknowledged;
  }
}
