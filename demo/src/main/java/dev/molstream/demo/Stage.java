package dev.molstream.demo;

import dev.molstream.model.ItemContent;
import dev.molstream.schemas.Action;
import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.ItemUpdate;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.UserEvent;
import dev.molstream.training.TrainingData;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * The scenes that are played on the running system: a list, a click, a new film, a deleted one. It
 * talks to the system through topics only. One thread.
 */
final class Stage implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int LIST = 10;
  private static final int LONG_LIST = 100;
  private static final int TITLES = 5;

  private final TrainingData data;
  private final Films films;
  private final TopicCatalogue topics;
  private final RequestClient client;
  private final Producer<String, UserEvent> events;
  private final Producer<String, ItemUpdate> updates;
  private final InstantSource clock;

  Stage(String bootstrapServers, TopicCatalogue topics, TrainingData data, InstantSource clock) {
    this.data = data;
    this.films = new Films(data);
    this.topics = topics;
    this.clock = clock;
    this.client = RequestClient.connect(bootstrapServers, topics);
    this.events =
        PromptProducer.connect(bootstrapServers, AvroSerde.of(UserEvent.class).serializer());
    this.updates =
        PromptProducer.connect(bootstrapServers, AvroSerde.of(ItemUpdate.class).serializer());
  }

  /** What a viewer is recommended. */
  Scene.Recommended recommend(int user) {
    Answer answer = client.ask(data.userId(user), LIST, PATIENCE);
    return new Scene.Recommended(data.userId(user), films.lastTitles(user, TITLES), answer.items());
  }

  /**
   * A viewer clicks on a well-known film that is neither seen nor recommended, so that a changed
   * list is the model's doing and not that of leaving out what was clicked. Should the list stay as
   * it is, a second click on another film is tried, and so on.
   */
  Scene.Reaction click(int user) {
    String userId = data.userId(user);
    Answer before = client.ask(userId, LIST, PATIENCE);
    Set<String> known = films.seen(user);
    known.addAll(before.itemIds());
    List<ItemContent> choices =
        films.byPopularity().stream()
            .filter(film -> !known.contains(film.itemId()))
            .limit(5)
            .toList();
    Scene.Reaction reaction = null;
    for (ItemContent film : choices) {
      long started = System.nanoTime();
      send(events, Topic.USER_EVENTS, userId, clickOn(film, userId));
      Answer after = client.ask(userId, LIST, PATIENCE);
      reaction =
          new Scene.Reaction(
              userId,
              film.title(),
              before.items(),
              after.items(),
              Duration.ofNanos(System.nanoTime() - started),
              !after.itemIds().equals(before.itemIds()));
      if (reaction.changed()) {
        break;
      }
    }
    if (reaction == null) {
      throw new StalledException("viewer " + userId + " has seen every film");
    }
    return reaction;
  }

  /**
   * A film that nobody has seen comes into the catalogue, much like the one that the viewer is
   * recommended first.
   *
   * @return null when it did not turn up in the viewer's list within a few seconds; it is deleted
   *     then
   */
  Scene.@Nullable Arrival arrive(int user, Duration patience) {
    String userId = data.userId(user);
    Answer before = client.ask(userId, LIST, PATIENCE);
    if (!before.isOk() || !films.has(before.itemIds().getFirst())) {
      return null;
    }
    ItemContent liked = films.film(before.itemIds().getFirst());
    ItemContent film = films.sequel(liked, "new-" + UUID.randomUUID());
    long started = System.nanoTime();
    send(updates, Topic.ITEM_UPDATES, film.itemId(), Replay.itemUpdate(film));
    do {
      Answer answer = client.ask(userId, LONG_LIST, PATIENCE);
      OptionalInt rank = answer.rank(film.itemId());
      if (rank.isPresent()) {
        return new Scene.Arrival(
            userId,
            film.itemId(),
            film.title(),
            film.categories(),
            liked.title(),
            rank.getAsInt(),
            LONG_LIST,
            Duration.ofNanos(System.nanoTime() - started));
      }
    } while (System.nanoTime() - started < patience.toNanos());
    send(updates, Topic.ITEM_UPDATES, film.itemId(), null);
    return null;
  }

  /** The film that arrived is deleted. */
  Scene.Departure depart(Scene.Arrival arrival) {
    long started = System.nanoTime();
    send(updates, Topic.ITEM_UPDATES, arrival.itemId(), null);
    while (client.ask(arrival.userId(), LONG_LIST, PATIENCE).rank(arrival.itemId()).isPresent()) {
      if (System.nanoTime() - started > PATIENCE.toNanos()) {
        throw new StalledException(
            "film " + arrival.title() + " was deleted and is still recommended");
      }
    }
    return new Scene.Departure(
        arrival.userId(),
        arrival.itemId(),
        arrival.title(),
        Duration.ofNanos(System.nanoTime() - started));
  }

  @Override
  public void close() {
    client.close();
    events.close();
    updates.close();
  }

  private UserEvent clickOn(ItemContent film, String userId) {
    return UserEvent.newBuilder()
        .setEventId(UUID.randomUUID().toString())
        .setUserId(userId)
        .setItemId(film.itemId())
        .setAction(Action.CLICK)
        .setTimestamp(clock.instant())
        .build();
  }

  /** Produces and waits for the acknowledgement: what is read after it must show its effect. */
  private <T> void send(Producer<String, T> producer, Topic topic, String key, @Nullable T value) {
    try {
      producer.send(new ProducerRecord<>(topics.name(topic), key, value)).get();
    } catch (ExecutionException e) {
      throw new KafkaException("cannot produce to " + topics.name(topic), e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
