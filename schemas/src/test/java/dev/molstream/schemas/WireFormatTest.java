package dev.molstream.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molstream.schemas.RecordFormatException.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireFormatTest {
  private static final String TOPIC = "p.user-events";

  private final FakeRegistry registry = new FakeRegistry();
  private final SchemaRegistry client = registry.client();

  @AfterEach
  void stop() {
    client.close();
    registry.close();
  }

  @ParameterizedTest
  @MethodSource("dev.molstream.schemas.AvroSerdeTest#records")
  @SuppressWarnings("unchecked")
  <T extends SpecificRecord> void readsWhatItWrites(T record) {
    AvroSerde<T> serde = new AvroSerde<>((Class<T>) record.getClass(), client);

    byte[] bytes = serde.serializer().serialize(TOPIC, record);

    assertThat(bytes[0]).isZero();
    assertThat(serde.deserializer().deserialize(TOPIC, bytes)).isEqualTo(record);
  }

  @Test
  void writesAMarkerTheIdOfTheRegisteredSchemaAndPlainAvro() throws IOException {
    byte[] bytes = events().serializer().serialize(TOPIC, Records.event());

    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    assertThat(buffer.get()).isZero();
    Schema writer = Objects.requireNonNull(client.schema(buffer.getInt()));
    GenericRecord read =
        new GenericDatumReader<GenericRecord>(writer)
            .read(null, DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null));
    assertThat(read.get("itemId").toString()).isEqualTo("1270");
    assertThat(registry.asked)
        .first()
        .isEqualTo(ask("POST", "/subjects/p.user-events-value/versions"));
  }

  @Test
  void asksOncePerSchemaNotPerRecord() {
    AvroSerde<UserEvent> events = events();
    for (int i = 0; i < 10; i++) {
      byte[] bytes = events.serializer().serialize(TOPIC, Records.event());
      events.deserializer().deserialize(TOPIC, bytes);
    }

    assertThat(registry.asked).hasSize(2);
  }

  @Test
  void goesOnReadingSingleObjectEncodingAndJson() {
    byte[] single = AvroSerde.of(UserEvent.class).serializer().serialize(TOPIC, Records.event());
    RecordHeaders json = new RecordHeaders();
    json.add(AvroSerde.CONTENT_TYPE_HEADER, AvroSerde.JSON.getBytes(UTF_8));
    byte[] text = events().serializer().serialize(TOPIC, json, Records.event());

    assertThat(events().deserializer().deserialize(TOPIC, single)).isEqualTo(Records.event());
    assertThat(text).startsWith('{');
    assertThat(events().deserializer().deserialize(TOPIC, json, text)).isEqualTo(Records.event());
  }

  @Test
  void withoutARegistrySaysWhatItWouldTake() {
    byte[] bytes = events().serializer().serialize(TOPIC, Records.event());

    assertThatThrownBy(() -> AvroSerde.of(UserEvent.class).deserializer().deserialize(TOPIC, bytes))
        .isInstanceOf(RecordFormatException.class)
        .hasMessageContaining("schema.registry.url");
  }

  @Test
  void readsWhatAnOlderProducerRegistered() throws IOException {
    Schema older = Objects.requireNonNull(SchemaHistory.older("RecommendationRequest", 1));
    int id = registry.add("other-value", older);

    RecommendationRequest request =
        new AvroSerde<>(RecommendationRequest.class, client)
            .deserializer()
            .deserialize("any", confluent(id, older, Map.of("userId", "1", "k", 7)));

    assertThat(request)
        .isEqualTo(RecommendationRequest.newBuilder().setUserId("1").setK(7).build());
  }

  @Test
  void readsASchemaThatRefersToAnother() throws IOException {
    Schema event = UserEvent.getClassSchema();
    String referring =
        event
            .toString()
            .replaceFirst("\\{\"type\":\"enum\".*?\"default\":\"OTHER\"}", "\"Action\"");
    registry.add("action", event.getField("action").schema());
    int id = registry.add("p-value", referring, "dev.molstream.schemas.Action", "action");

    assertThat(referring).doesNotContain("PURCHASE");
    byte[] bytes = events().serializer().serialize(TOPIC, Records.event());
    ByteBuffer.wrap(bytes).putInt(1, id);
    assertThat(events().deserializer().deserialize(TOPIC, bytes)).isEqualTo(Records.event());
  }

  @Test
  void refusesARecordOfAnIdThatTheRegistryDoesNotKnow() {
    assertUnknown(new byte[] {0, 0, 0, 3, (byte) 0xE8, 2}, "1000");
  }

  @Test
  void refusesARecordOfASchemaThatIsNotAvro() {
    int id = registry.addJsonSchema("x");

    assertUnknown(ByteBuffer.allocate(6).put((byte) 0).putInt(id).array(), "id " + id);
  }

  @Test
  void refusesARecordOfAnotherKindNamingIt() {
    int id = registry.add("items-value", ItemUpdate.getClassSchema());

    assertUnknown(
        ByteBuffer.allocate(6).put((byte) 0).putInt(id).array(),
        "dev.molstream.schemas.ItemUpdate");
  }

  @Test
  void waitsForARegistryThatIsDownForAWhile() {
    registry.failures.set(2);

    byte[] bytes = events().serializer().serialize(TOPIC, Records.event());

    assertThat(bytes[0]).isZero();
    assertThat(registry.asked).hasSize(3);
  }

  @Test
  void givesUpOnARegistryThatStaysDownWithoutBlamingTheRecord() {
    registry.failures.set(1);
    RegistryConnection impatient =
        new RegistryConnection(List.of(registry.url()), null, Duration.ZERO);
    try (SchemaRegistry client = new SchemaRegistry(impatient, true)) {
      AvroSerde<UserEvent> serde = new AvroSerde<>(UserEvent.class, client);

      assertThatThrownBy(() -> serde.deserializer().deserialize(TOPIC, new byte[] {0, 0, 0, 0, 1}))
          .isInstanceOf(SchemaRegistryException.class)
          .hasMessageContaining(registry.url().toString())
          .hasMessageContaining("503");
    }
  }

  @Test
  void doesNotBlameTheRecordWhenNoRegistryIsAtTheUrl() {
    URI wrong = registry.url().resolve("/");
    try (SchemaRegistry lost = client(List.of(wrong), null)) {
      AvroSerde<UserEvent> serde = new AvroSerde<>(UserEvent.class, lost);

      assertThatThrownBy(() -> serde.deserializer().deserialize(TOPIC, new byte[] {0, 0, 0, 0, 1}))
          .isInstanceOf(SchemaRegistryException.class)
          .hasMessageContaining("404");
    }
  }

  @Test
  void triesTheNextUrlAndSendsTheUserInfo() {
    List<URI> urls = List.of(URI.create("http://127.0.0.1:1"), registry.url());
    try (SchemaRegistry second = client(urls, "me:secret")) {
      new AvroSerde<>(UserEvent.class, second).serializer().serialize(TOPIC, Records.event());
    }

    assertThat(registry.authorizations).containsExactly("Basic bWU6c2VjcmV0");
  }

  @Test
  void registersNothingWhereThatIsNotAllowed() {
    try (SchemaRegistry reading = registry.client(false)) {
      AvroSerde<UserEvent> serde = new AvroSerde<>(UserEvent.class, reading);

      assertThatThrownBy(() -> serde.serializer().serialize(TOPIC, Records.event()))
          .isInstanceOf(SchemaRegistryException.class)
          .hasMessageContaining(TOPIC + "-value")
          .hasMessageContaining("schema.registry.auto.register");

      int id = registry.add(TOPIC + "-value", UserEvent.getClassSchema());
      byte[] bytes = serde.serializer().serialize(TOPIC, Records.event());
      assertThat(ByteBuffer.wrap(bytes).getInt(1)).isEqualTo(id);
    }
  }

  private AvroSerde<UserEvent> events() {
    return new AvroSerde<>(UserEvent.class, client);
  }

  private static SchemaRegistry client(List<URI> urls, @Nullable String userInfo) {
    return new SchemaRegistry(new RegistryConnection(urls, userInfo, FakeRegistry.PATIENCE), true);
  }

  private String ask(String method, String path) {
    return method + " " + registry.url().getPath() + path;
  }

  private void assertUnknown(byte[] bytes, String named) {
    assertThatThrownBy(() -> events().deserializer().deserialize(TOPIC, bytes))
        .isInstanceOfSatisfying(
            RecordFormatException.class,
            e -> assertThat(e.problem()).isEqualTo(Problem.UNKNOWN_SCHEMA))
        .hasMessageContaining(named);
  }

  private static byte[] confluent(int id, Schema schema, Map<String, Object> values)
      throws IOException {
    GenericRecordBuilder builder = new GenericRecordBuilder(schema);
    values.forEach(builder::set);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(ByteBuffer.allocate(5).putInt(1, id).array());
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(schema, GenericData.get())
        .write(builder.build(), encoder);
    return bytes.toByteArray();
  }
}
