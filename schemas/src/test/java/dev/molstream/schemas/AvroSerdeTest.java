package dev.molstream.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molstream.schemas.RecordFormatException.Problem;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AvroSerdeTest {
  private static final String TOPIC = "any";

  static Stream<SpecificRecord> records() {
    return Stream.of(
        Records.event(),
        Records.update(),
        Records.request(),
        Records.answer(),
        Records.embedding(),
        Records.release());
  }

  @ParameterizedTest
  @MethodSource("records")
  <T extends SpecificRecord> void readsWhatItWrites(T record) {
    AvroSerde<T> serde = serdeOf(record);

    byte[] bytes = serde.serializer().serialize(TOPIC, record);

    assertThat(serde.deserializer().deserialize(TOPIC, bytes)).isEqualTo(record);
  }

  @ParameterizedTest
  @MethodSource("records")
  <T extends SpecificRecord> void agreesWithAvrosOwnSingleObjectEncoding(T record)
      throws Exception {
    AvroSerde<T> serde = serdeOf(record);
    SpecificData model = SpecificData.getForClass(record.getClass());

    ByteBuffer avros = new BinaryMessageEncoder<T>(model, record.getSchema()).encode(record);
    byte[] ours = serde.serializer().serialize(TOPIC, record);

    assertThat(ours).isEqualTo(Arrays.copyOf(avros.array(), avros.remaining()));
    assertThat(new BinaryMessageDecoder<T>(model, record.getSchema()).decode(ours))
        .isEqualTo(record);
  }

  @Test
  void keepsNullAsTombstone() {
    AvroSerde<ItemUpdate> serde = AvroSerde.of(ItemUpdate.class);

    assertThat(serde.serializer().serialize(TOPIC, jsonHeaders("application/json"), null)).isNull();
    assertThat(
            serde.deserializer().deserialize(TOPIC, jsonHeaders("application/json"), (byte[]) null))
        .isNull();
    assertThat(serde.serializer().serialize(TOPIC, null)).isNull();
    assertThat(serde.deserializer().deserialize(TOPIC, null)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "Application/JSON; charset=utf-8"})
  void readsAndWritesJsonWhenTheHeaderSaysSo(String contentType) {
    AvroSerde<RecommendationRequest> serde = AvroSerde.of(RecommendationRequest.class);
    Headers headers = jsonHeaders(contentType);

    byte[] bytes = serde.serializer().serialize(TOPIC, headers, Records.request());

    assertThat(new String(bytes, UTF_8)).startsWith("{\"requestId\":\"r-1\"");
    assertThat(serde.deserializer().deserialize(TOPIC, headers, bytes))
        .isEqualTo(Records.request());
  }

  @Test
  void writesSingleObjectForOtherContentTypes() {
    AvroSerde<UserEvent> serde = AvroSerde.of(UserEvent.class);

    byte[] bytes = serde.serializer().serialize(TOPIC, jsonHeaders("avro/binary"), Records.event());

    assertThat(bytes).startsWith(0xC3, 0x01);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\u0000", "{\"userId\":\"1\"}", "abcdefghijklmnopq"})
  void refusesUnmarkedBytesNamingBothForms(String text) {
    assertThatThrownBy(() -> read(text.getBytes(UTF_8)))
        .isInstanceOfSatisfying(
            RecordFormatException.class, e -> assertThat(e.problem()).isEqualTo(Problem.UNMARKED))
        .hasMessageContaining("UserEvent")
        .hasMessageContaining("C3 01")
        .hasMessageContaining("content-type: application/json");
  }

  @Test
  void refusesAnUnknownFingerprintNamingIt() {
    byte[] bytes = HexFormat.of().parseHex("c301efcdab89674523010000");

    assertThatThrownBy(() -> read(bytes))
        .isInstanceOfSatisfying(
            RecordFormatException.class,
            e -> assertThat(e.problem()).isEqualTo(Problem.UNKNOWN_SCHEMA))
        .hasMessageContaining("0123456789abcdef");
  }

  @Test
  void refusesARecordFollowedByMoreBytes() {
    byte[] bytes = written(Records.event());

    assertThatThrownBy(() -> read(Arrays.copyOf(bytes, bytes.length + 3)))
        .isInstanceOf(RecordFormatException.class)
        .hasMessageContaining("3 more bytes");
  }

  @Test
  void refusesToWriteARecordThatLacksARequiredFieldAndGoesOn() {
    AvroSerde<UserEvent> serde = AvroSerde.of(UserEvent.class);
    UserEvent empty = new UserEvent();

    assertThatThrownBy(() -> serde.serializer().serialize(TOPIC, empty))
        .isInstanceOfSatisfying(
            RecordFormatException.class, e -> assertThat(e.problem()).isEqualTo(Problem.UNWRITABLE))
        .hasMessageContaining("eventId");
    assertThat(serde.serializer().serialize(TOPIC, Records.event()))
        .isEqualTo(written(Records.event()));
  }

  private static UserEvent read(byte[] bytes) {
    return Objects.requireNonNull(
        AvroSerde.of(UserEvent.class).deserializer().deserialize(TOPIC, bytes));
  }

  private static byte[] written(UserEvent event) {
    return AvroSerde.of(UserEvent.class).serializer().serialize(TOPIC, event);
  }

  @SuppressWarnings("unchecked")
  private static <T extends SpecificRecord> AvroSerde<T> serdeOf(T record) {
    return AvroSerde.of((Class<T>) record.getClass());
  }

  private static Headers jsonHeaders(String contentType) {
    return new RecordHeaders().add(AvroSerde.CONTENT_TYPE_HEADER, contentType.getBytes(UTF_8));
  }
}
