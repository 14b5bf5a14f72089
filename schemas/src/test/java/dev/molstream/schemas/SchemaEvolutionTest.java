package dev.molstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaEvolutionTest {
  private static final Schema OLDER_EVENT =
      Objects.requireNonNull(SchemaHistory.older("UserEvent", 1));

  static Stream<Schema> current() {
    return Stream.of(
        UserEvent.getClassSchema(),
        ItemUpdate.getClassSchema(),
        RecommendationRequest.getClassSchema(),
        Recommendations.getClassSchema(),
        ItemEmbedding.getClassSchema(),
        ModelRelease.getClassSchema(),
        ShardQuery.getClassSchema(),
        ShardAnswer.getClassSchema());
  }

  @Test
  void readsARecordOfTheOlderSchemaWithDefaultsForWhatIsNew() throws Exception {
    GenericRecord older = new GenericData.Record(OLDER_EVENT);
    older.put("eventId", "e-1");
    older.put("userId", "1");
    older.put("itemId", "1270");
    older.put(
        "action", new GenericData.EnumSymbol(OLDER_EVENT.getField("action").schema(), "RATE"));
    older.put("value", 4.5f);
    older.put("timestamp", Records.TIME.toEpochMilli());
    byte[] bytes =
        new BinaryMessageEncoder<GenericRecord>(GenericData.get(), OLDER_EVENT)
            .encode(older)
            .array();

    UserEvent event = AvroSerde.of(UserEvent.class).deserializer().deserialize("any", bytes);

    assertThat(event)
        .isEqualTo(
            UserEvent.newBuilder()
                .setEventId("e-1")
                .setUserId("1")
                .setItemId("1270")
                .setAction(Action.RATE)
                .setValue(4.5f)
                .setTimestamp(Records.TIME)
                .setAttributes(Map.of())
                .build());
  }

  @Test
  void readsRequestsAndItemsOfTheTimeBeforeReadyVectors() throws Exception {
    Schema olderRequest = Objects.requireNonNull(SchemaHistory.older("RecommendationRequest", 1));
    Schema olderUpdate = Objects.requireNonNull(SchemaHistory.older("ItemUpdate", 1));

    RecommendationRequest request =
        AvroSerde.of(RecommendationRequest.class)
            .deserializer()
            .deserialize("any", encoded(olderRequest, Map.of("userId", "1", "k", 7)));
    ItemUpdate update =
        AvroSerde.of(ItemUpdate.class)
            .deserializer()
            .deserialize("any", encoded(olderUpdate, Map.of("itemId", "1270")));

    assertThat(request)
        .isEqualTo(RecommendationRequest.newBuilder().setUserId("1").setK(7).build());
    assertThat(request.getQuery()).isNull();
    assertThat(update).isEqualTo(ItemUpdate.newBuilder().setItemId("1270").build());
    assertThat(update.getVectors()).isNull();
  }

  @Test
  void anOlderReaderReadsTodaysRecordAndSeesOtherForActionsItDoesNotKnow() throws Exception {
    byte[] bytes = AvroSerde.of(UserEvent.class).serializer().serialize("any", Records.event());

    GenericRecord read =
        new BinaryMessageDecoder<GenericRecord>(
                new GenericData(), OLDER_EVENT, SchemaHistory.of(UserEvent.getClassSchema()))
            .decode(bytes);

    assertThat(read.get("itemId").toString()).isEqualTo("1270");
    assertThat(read.get("value")).isEqualTo(4.5f);
    assertThat(read.get("timestamp")).isEqualTo(Records.TIME.toEpochMilli());
    assertThat(read.get("action").toString()).isEqualTo("OTHER");
    assertThat(read.hasField("attributes")).isFalse();
  }

  @ParameterizedTest
  @MethodSource("current")
  void everyEarlierSchemaAndTheCurrentOneReadEachOther(Schema current) {
    for (Schema older : history(current.getName())) {
      assertReads(current, older);
      assertReads(older, current);
    }
  }

  /**
   * When this fails, a schema changed that other processes may already write with. Copy the one of
   * the last release to {@code history/NAME.N.avsc}, then put the new fingerprint here.
   */
  @Test
  void currentSchemasAreTheOnesPinnedHere() {
    assertThat(current().map(SchemaEvolutionTest::nameAndFingerprint))
        .containsExactly(
            "UserEvent fc99887be35348b5",
            "ItemUpdate 367a4b3b89a8bf78",
            "RecommendationRequest fed5ed25603d6525",
            "Recommendations e04e3e1dc3e69c99",
            "ItemEmbedding 26528ba8d2879da7",
            "ModelRelease 06f6bbc6265fc52d",
            "ShardQuery dd9851059fc2bc0a",
            "ShardAnswer 3cea0c677c5d74ec");
  }

  private static byte[] encoded(Schema schema, Map<String, Object> values) throws Exception {
    GenericRecordBuilder builder = new GenericRecordBuilder(schema);
    values.forEach(builder::set);
    return new BinaryMessageEncoder<GenericRecord>(GenericData.get(), schema)
        .encode(builder.build())
        .array();
  }

  private static String nameAndFingerprint(Schema schema) {
    return "%s %016x".formatted(schema.getName(), SchemaNormalization.parsingFingerprint64(schema));
  }

  private static List<Schema> history(String name) {
    List<Schema> schemas = new ArrayList<>();
    for (int version = 1; ; version++) {
      Schema older = SchemaHistory.older(name, version);
      if (older == null) {
        return schemas;
      }
      schemas.add(older);
    }
  }

  private static void assertReads(Schema reader, Schema writer) {
    assertThat(SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType())
        .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
  }
}
