package dev.molstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DamagedRecordsTest {
  private static final int HEADER_BYTES = 10;
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  @ParameterizedTest
  @MethodSource("dev.molstream.schemas.AvroSerdeTest#records")
  <T extends SpecificRecord> void everyTruncationIsRefused(T record) {
    AvroSerde<T> serde = serdeOf(record);
    byte[] whole = serde.serializer().serialize("any", record);

    for (int length = 0; length < whole.length; length++) {
      byte[] bytes = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> serde.deserializer().deserialize("any", bytes))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(RecordFormatException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.molstream.schemas.AvroSerdeTest#records")
  <T extends SpecificRecord> void mutatedRecordsAreReadOrRefusedInOneLineAndLittleMemory(T record) {
    AvroSerde<T> serde = serdeOf(record);
    byte[] whole = serde.serializer().serialize("any", record);
    SplittableRandom random = new SplittableRandom(7);

    for (int round = 0; round < 5_000; round++) {
      byte[] bytes = whole.clone();
      for (int change = random.nextInt(1, 6); change > 0; change--) {
        bytes[random.nextInt(HEADER_BYTES, bytes.length)] = (byte) random.nextInt();
      }
      assertReadOrRefused(serde, bytes);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.molstream.schemas.AvroSerdeTest#records")
  <T extends SpecificRecord> void randomBytesAreReadOrRefusedInOneLineAndLittleMemory(T record) {
    AvroSerde<T> serde = serdeOf(record);
    byte[] whole = serde.serializer().serialize("any", record);
    SplittableRandom random = new SplittableRandom(11);

    for (int round = 0; round < 5_000; round++) {
      byte[] bytes = new byte[HEADER_BYTES + random.nextInt(64)];
      random.nextBytes(bytes);
      System.arraycopy(whole, 0, bytes, 0, HEADER_BYTES);
      assertReadOrRefused(serde, bytes);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {Integer.MAX_VALUE - 8, Long.MAX_VALUE, -5, Long.MIN_VALUE})
  void senselessLengthsAreRefusedBeforeMemoryIsTaken(long length) throws IOException {
    byte[] text = withNumberAt(written(Records.event()), HEADER_BYTES, length);
    assertRefused(AvroSerde.of(UserEvent.class), text);

    // categories of an item update come after two short strings
    ItemUpdate update = ItemUpdate.newBuilder().setItemId("1").setTitle("T").build();
    byte[] list = AvroSerde.of(ItemUpdate.class).serializer().serialize("any", update);
    assertRefused(AvroSerde.of(ItemUpdate.class), withNumberAt(list, HEADER_BYTES + 4, length));
  }

  @Test
  void textThatIsNotUtf8IsRefused() {
    byte[] bytes = written(Records.event());
    bytes[HEADER_BYTES + 1] = (byte) 0xFF; // the first character of eventId

    assertThatThrownBy(() -> AvroSerde.of(UserEvent.class).deserializer().deserialize("any", bytes))
        .isInstanceOf(RecordFormatException.class)
        .hasMessageContaining("not UTF-8");
  }

  @Test
  void theReplacementCharacterItselfIsKept() {
    UserEvent event = UserEvent.newBuilder(Records.event()).setItemId("a\uFFFDb").build();
    AvroSerde<UserEvent> serde = AvroSerde.of(UserEvent.class);

    byte[] bytes = serde.serializer().serialize("any", event);

    assertThat(serde.deserializer().deserialize("any", bytes)).isEqualTo(event);
  }

  private static <T extends SpecificRecord> void assertReadOrRefused(
      AvroSerde<T> serde, byte[] bytes) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      serde.deserializer().deserialize("any", bytes);
    } catch (RecordFormatException e) {
      assertThat(e.getMessage()).doesNotContain("\n").doesNotContain("null");
    }
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
  }

  private static <T extends SpecificRecord> void assertRefused(AvroSerde<T> serde, byte[] bytes) {
    assertThatThrownBy(() -> serde.deserializer().deserialize("any", bytes))
        .isInstanceOfSatisfying(
            RecordFormatException.class,
            e -> assertThat(e.problem()).isEqualTo(RecordFormatException.Problem.MALFORMED));
    assertReadOrRefused(serde, bytes);
  }

  /** {@code bytes} up to {@code offset}, then {@code number} as Avro writes it, and no more. */
  private static byte[] withNumberAt(byte[] bytes, int offset, long number) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, offset);
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    encoder.writeLong(number);
    encoder.flush();
    return out.toByteArray();
  }

  private static byte[] written(UserEvent event) {
    return AvroSerde.of(UserEvent.class).serializer().serialize("any", event);
  }

  @SuppressWarnings("unchecked")
  private static <T extends SpecificRecord> AvroSerde<T> serdeOf(T record) {
    return AvroSerde.of((Class<T>) record.getClass());
  }
}
