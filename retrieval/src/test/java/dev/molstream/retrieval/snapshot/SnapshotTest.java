package dev.molstream.retrieval.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.molstream.retrieval.Examples;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotTest {
  @TempDir private Path directory;

  @Test
  void readsWhatWasWritten() throws IOException {
    // given: more than the writer holds at a time
    float[] floats = Examples.gaussians(new SplittableRandom(1), 700_000, 1);
    Path file = directory.resolve("snapshot");

    // when
    Snapshots.write(
        file,
        out -> {
          out.writeInt(-5);
          out.writeText("Ärger 映画");
          out.writeInts(new int[] {3, Integer.MIN_VALUE, 9}, 2);
          out.writeFloats(floats);
          out.writeLong(1L << 60);
          out.writeDoubles(new double[] {Math.PI});
          out.writeInts(new int[0]);
          out.writeBytes(MemorySegment.ofArray(new byte[] {1, 2, 3}));
          out.writeFloat(0.5f);
        });

    // then
    try (SnapshotReader in = SnapshotReader.open(file)) {
      assertThat(in.readInt()).isEqualTo(-5);
      assertThat(in.readText()).isEqualTo("Ärger 映画");
      assertThat(in.readInts()).containsExactly(3, Integer.MIN_VALUE);
      assertThat(in.readFloats()).isEqualTo(floats);
      assertThat(in.readLong()).isEqualTo(1L << 60);
      assertThat(in.readDoubles()).containsExactly(Math.PI);
      assertThat(in.readInts()).isEmpty();
      assertThat(in.readBytes().toArray(ValueLayout.JAVA_BYTE)).containsExactly(1, 2, 3);
      assertThat(in.readFloat()).isEqualTo(0.5f);
    }
  }

  @Test
  void refusesAFileWithAnyByteChangedOrMissing() throws IOException {
    // given
    Path file = directory.resolve("snapshot");
    Snapshots.write(file, out -> out.writeInts(new int[] {1, 2, 3}));
    byte[] whole = Files.readAllBytes(file);

    for (int i = 0; i < whole.length; i++) {
      // when
      byte[] damaged = whole.clone();
      damaged[i] ^= 16;
      Files.write(file, damaged);

      // then
      assertThatIOException()
          .isThrownBy(() -> SnapshotReader.open(file))
          .withMessageStartingWith(file.toString());

      // when
      Files.write(file, Arrays.copyOf(whole, i));

      // then
      assertThatIOException().isThrownBy(() -> SnapshotReader.open(file));
    }
  }

  @Test
  void refusesAFileThatWasNotFinished() throws IOException {
    // given
    Path file = directory.resolve("snapshot");
    try (SnapshotWriter out = SnapshotWriter.create(file)) {
      out.writeFloats(new float[500_000]);
    }

    // when, then
    assertThatIOException()
        .isThrownBy(() -> SnapshotReader.open(file))
        .withMessage(file + " is damaged");
  }

  @Test
  void namesTheVersionThatItCannotRead() throws IOException {
    // given
    Path file = directory.resolve("snapshot");
    Snapshots.write(file, out -> out.writeInt(1));
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(4, 99);
    Files.write(file, bytes);

    // when, then
    assertThatIOException()
        .isThrownBy(() -> SnapshotReader.open(file))
        .withMessage(file + " has version 99 instead of " + SnapshotWriter.VERSION);
  }
}
