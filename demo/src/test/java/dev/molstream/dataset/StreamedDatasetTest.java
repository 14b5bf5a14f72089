package dev.molstream.dataset;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molstream.broker.EmbeddedBroker;
import dev.molstream.model.ItemContent;
import dev.molstream.schemas.Action;
import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.ItemUpdate;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.UserEvent;
import dev.molstream.schemas.WireFormat;
import dev.molstream.training.TrainingData;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamedDatasetTest {
  private static final TopicCatalogue TOPICS = TopicCatalogue.of("shop.").withPartitions(2, 2);

  @TempDir Path directory;
  private EmbeddedBroker broker;
  private KafkaProducer<String, byte[]> producer;

  @BeforeEach
  void start() {
    broker = EmbeddedBroker.start(directory, 0);
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  @AfterEach
  void stop() {
    producer.close();
    broker.close();
  }

  @Test
  void readsTheCatalogueAsItIsNowAndEveryEventOnce() {
    createTopics();
    item("heat", "Heat");
    item("ronin", "Ronin");
    item("gone", "Gone");
    item("heat", "Heat (1995)");
    produce(Topic.ITEM_UPDATES, "gone", null);
    event("anna", "1", "heat", 2_000);
    event("anna", "2", "ronin", 1_000);
    event("anna", "1", "heat", 2_000);
    event("anna", "3", "gone", 3_000);
    event("anna", "4", "never-listed", 4_000);
    produce(Topic.USER_EVENTS, "anna", "no record".getBytes(UTF_8));
    event("bert", "1", "heat", 5_000);
    event("carl", "1", "heat", 5_000);
    produce(Topic.USER_EVENTS, "carl", null);
    producer.flush();

    StreamedDataset dataset =
        StreamedDataset.read(broker.bootstrapServers(), TOPICS, WireFormat.singleObject());

    assertThat(dataset.items())
        .extracting(ItemContent::title)
        .containsExactly("Heat (1995)", "Ronin");
    assertThat(dataset.skipped()).isEqualTo(new StreamedDataset.Skipped(1, 1, 2));
    TrainingData data = dataset.toTrainingData();
    assertThat(data.eventCount()).isEqualTo(3);
    assertThat(List.of(data.userId(0), data.userId(1))).containsExactly("anna", "bert");
    assertThat(data.items().get(data.item(0, 0)).itemId()).isEqualTo("ronin");
    assertThat(data.items().get(data.item(0, 1)).itemId()).isEqualTo("heat");
    assertThat(data.action(0, 0)).isEqualTo(Action.CLICK.ordinal());
    assertThat(data.timestampMillis(0, 0)).isEqualTo(1_000);
  }

  @Test
  void saysWhichTopicIsMissing() {
    assertThatThrownBy(
            () ->
                StreamedDataset.read(broker.bootstrapServers(), TOPICS, WireFormat.singleObject()))
        .isInstanceOf(KafkaException.class)
        .hasMessage("topic shop.item-updates is missing at " + broker.bootstrapServers());
  }

  private void createTopics() {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      TOPICS.create(admin, (short) 1);
    }
  }

  private void item(String itemId, String title) {
    ItemUpdate update = ItemUpdate.newBuilder().setItemId(itemId).setTitle(title).build();
    produce(
        Topic.ITEM_UPDATES,
        itemId,
        AvroSerde.of(ItemUpdate.class).serializer().serialize("", update));
  }

  private void event(String userId, String eventId, String itemId, long millis) {
    UserEvent event =
        UserEvent.newBuilder()
            .setEventId(eventId)
            .setUserId(userId)
            .setItemId(itemId)
            .setAction(Action.CLICK)
            .setTimestamp(Instant.ofEpochMilli(millis))
            .build();
    produce(
        Topic.USER_EVENTS, userId, AvroSerde.of(UserEvent.class).serializer().serialize("", event));
  }

  private void produce(Topic topic, String key, byte @Nullable [] value) {
    producer.send(new ProducerRecord<>(TOPICS.name(topic), key, value));
  }
}
