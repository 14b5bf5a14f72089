package dev.molstream.schemas;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/** Vectors as the {@code bytes} fields of {@link ItemEmbedding}: float32, little-endian, packed. */
public final class PackedFloats {
  private PackedFloats() {}

  /** Packs {@code values} into a new heap buffer of 4 bytes each, positioned at 0. */
  public static ByteBuffer pack(float... values) {
    ByteBuffer packed = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES));
    packed.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return packed;
  }

  /**
   * Unpacks all remaining bytes into a new array; {@code packed} keeps its position.
   *
   * @throws IllegalArgumentException when the bytes are not a whole number of floats
   */
  public static float[] unpack(ByteBuffer packed) {
    float[] values = new float[count(packed)];
    unpack(packed, values, 0);
    return values;
  }

  /**
   * Unpacks all remaining bytes into {@code target} from index {@code from} on, allocating nothing
   * of the vector's size; {@code packed} keeps its position.
   *
   * @return how many floats were written
   * @throws IllegalArgumentException when the bytes are not a whole number of floats
   * @throws IndexOutOfBoundsException when they do not fit
   */
  public static int unpack(ByteBuffer packed, float[] target, int from) {
    int count = count(packed);
    Objects.checkFromIndexSize(from, count, target.length);
    packed.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(target, from, count);
    return count;
  }

  /**
   * How many floats remain in {@code packed}.
   *
   * @throws IllegalArgumentException when the bytes are not a whole number of floats
   */
  public static int count(ByteBuffer packed) {
    if (packed.remaining() % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          "%d bytes are not a whole number of float32 values".formatted(packed.remaining()));
    }
    return packed.remaining() / Float.BYTES;
  }
}
