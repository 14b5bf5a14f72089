package dev.molstream.schemas;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Reads Avro's binary encoding from one array. Avro's own decoder trusts the lengths in the data
 * and allocates before it reads; this one compares every length with the bytes that are left first,
 * so that damaged records cost no memory. Elements of arrays and maps must take at least one byte
 * each, which holds for every type but null and empty records.
 *
 * <p>Not thread-safe: one decoder per record.
 */
final class BoundedDecoder extends Decoder {
  private static final int MAX_VARINT_BYTES = 10;

  private final ByteBuffer bytes;

  /** Reads {@code bytes} from {@code start} to the end; the array is not copied. */
  BoundedDecoder(byte[] bytes, int start) {
    this.bytes = ByteBuffer.wrap(bytes, start, bytes.length - start).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The index of the next byte in the array. */
  int position() {
    return bytes.position();
  }

  @Override
  public int remainingBytes() {
    return bytes.remaining();
  }

  @Override
  public void readNull() {}

  @Override
  public boolean readBoolean() throws IOException {
    require(1);
    byte value = bytes.get();
    if (value != 0 && value != 1) {
      throw new IOException("boolean is " + value + ", not 0 or 1");
    }
    return value == 1;
  }

  @Override
  public int readInt() throws IOException {
    long value = readLong();
    if (value != (int) value) {
      throw new IOException("int is " + value);
    }
    return (int) value;
  }

  @Override
  public long readLong() throws IOException {
    long zigzag = 0;
    for (int i = 0; i < MAX_VARINT_BYTES; i++) {
      require(1);
      byte next = bytes.get();
      zigzag |= (next & 0x7FL) << (7 * i);
      if (next >= 0) {
        return (zigzag >>> 1) ^ -(zigzag & 1);
      }
    }
    throw new IOException("number of more than " + MAX_VARINT_BYTES + " bytes");
  }

  @Override
  public float readFloat() throws IOException {
    require(Float.BYTES);
    return bytes.getFloat();
  }

  @Override
  public double readDouble() throws IOException {
    require(Double.BYTES);
    return bytes.getDouble();
  }

  @Override
  public Utf8 readString(@Nullable Utf8 old) throws IOException {
    return new Utf8(readString());
  }

  @Override
  public String readString() throws IOException {
    int length = readLength();
    int start = bytes.position();
    skip(length);
    String text = new String(bytes.array(), start, length, StandardCharsets.UTF_8);
    // Two ids that differ in damaged bytes must not become one: look closer only when in doubt.
    if (text.indexOf('\uFFFD') >= 0) {
      requireUtf8(ByteBuffer.wrap(bytes.array(), start, length));
    }
    return text;
  }

  @Override
  public void skipString() throws IOException {
    skip(readLength());
  }

  @Override
  public ByteBuffer readBytes(@Nullable ByteBuffer old) throws IOException {
    int length = readLength();
    int start = bytes.position();
    skip(length);
    return ByteBuffer.wrap(Arrays.copyOfRange(bytes.array(), start, start + length));
  }

  @Override
  public void skipBytes() throws IOException {
    skip(readLength());
  }

  @Override
  public void readFixed(byte[] target, int start, int length) throws IOException {
    require(length);
    bytes.get(target, start, length);
  }

  @Override
  public void skipFixed(int length) throws IOException {
    skip(length);
  }

  @Override
  public int readEnum() throws IOException {
    return readInt();
  }

  @Override
  public int readIndex() throws IOException {
    return readInt();
  }

  @Override
  public long readArrayStart() throws IOException {
    long count = readLong();
    if (count < 0) { // a block that states its size in bytes too
      readLength();
      count = -count;
    }
    require(count);
    return count;
  }

  @Override
  public long arrayNext() throws IOException {
    return readArrayStart();
  }

  @Override
  public long skipArray() throws IOException {
    long count = readLong();
    while (count < 0) {
      skip(readLength());
      count = readLong();
    }
    require(count);
    return count;
  }

  @Override
  public long readMapStart() throws IOException {
    return readArrayStart();
  }

  @Override
  public long mapNext() throws IOException {
    return readArrayStart();
  }

  @Override
  public long skipMap() throws IOException {
    return skipArray();
  }

  private int readLength() throws IOException {
    long length = readLong();
    require(length);
    return (int) length;
  }

  private void skip(int length) throws IOException {
    require(length);
    bytes.position(bytes.position() + length);
  }

  private void require(long length) throws IOException {
    if (length < 0) {
      throw new IOException("length is " + length);
    }
    if (length > bytes.remaining()) {
      throw new EOFException(
          "it ends too early: %d more bytes needed, %d left".formatted(length, bytes.remaining()));
    }
  }

  private static void requireUtf8(ByteBuffer text) throws IOException {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(text);
    } catch (CharacterCodingException e) {
      throw new IOException("text is not UTF-8", e);
    }
  }
}
