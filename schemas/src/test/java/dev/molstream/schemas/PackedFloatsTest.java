package dev.molstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class PackedFloatsTest {
  @Test
  void packsLittleEndian() {
    assertThat(PackedFloats.pack(1f, -2f).array()).containsExactly(0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0);
  }

  @Test
  void unpacksWhatItPackedAndLeavesTheBufferAsItWas() {
    float[] values = {1f, Float.MIN_VALUE, -0f, Float.NaN, 3e38f};
    ByteBuffer packed = PackedFloats.pack(values);

    assertThat(PackedFloats.unpack(packed)).containsExactly(values);
    assertThat(packed.position()).isZero();
    assertThat(packed.remaining()).isEqualTo(20);
  }

  @Test
  void unpacksTheRemainingPartIntoAnArray() {
    ByteBuffer packed = PackedFloats.pack(1, 2, 3).position(4);
    float[] target = {9, 9, 9, 9};

    assertThat(PackedFloats.unpack(packed, target, 1)).isEqualTo(2);
    assertThat(target).containsExactly(9, 2, 3, 9);
  }

  @Test
  void refusesBrokenFloatsAndTargetsThatAreTooSmall() {
    assertThatThrownBy(() -> PackedFloats.unpack(ByteBuffer.allocate(7)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("7 bytes");
    assertThatThrownBy(() -> PackedFloats.unpack(PackedFloats.pack(1, 2), new float[2], 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
