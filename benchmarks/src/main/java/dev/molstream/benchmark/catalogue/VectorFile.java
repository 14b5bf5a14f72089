package dev.molstream.benchmark.catalogue;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.record.RecordLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The vectors of a catalogue's first items in a mapped file, for the peers: per item P_X·d numbers
 * of components, then L of the gate, in the order of the engine's records. Owns the mapping; any
 * thread may read once all is written.
 */
public final class VectorFile implements AutoCloseable {
  private final MolShape shape;
  private final int items;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment vectors;

  private VectorFile(MolShape shape, int items, Path file) {
    this.shape = shape;
    this.items = items;
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      long size = Math.max(1, items * itemBytes());
      this.vectors = channel.map(FileChannel.MapMode.READ_WRITE, 0, size, arena);
    } catch (IOException e) {
      arena.close();
      throw new UncheckedIOException("cannot map " + file, e);
    }
  }

  /** Room for so many items in a new file. */
  public static VectorFile create(MolShape shape, int items, Path file) {
    return new VectorFile(shape, items, file);
  }

  /** How many items it has room for. */
  public int items() {
    return items;
  }

  /** Sizes of the vectors. */
  public MolShape shape() {
    return shape;
  }

  /** Writes an item's P_X·d numbers of components and L of the gate. */
  public void write(int item, float[] components, float[] gate) {
    long at = item * itemBytes();
    MemorySegment.copy(components, 0, vectors, JAVA_FLOAT_UNALIGNED, at, components.length);
    for (int p = 0; p < gate.length; p++) {
      vectors.set(JAVA_FLOAT_UNALIGNED, at + componentBytes() + gatePlace(p), gate[p]);
    }
  }

  /** Copies an item's P_X·d numbers of components to {@code target} from {@code position}. */
  public void components(int item, float[] target, int position) {
    MemorySegment.copy(
        vectors, JAVA_FLOAT_UNALIGNED, item * itemBytes(), target, position, shape.itemFloats());
  }

  /** Copies an item's L gate numbers to {@code target} from {@code position}. */
  public void gate(int item, float[] target, int position) {
    long at = item * itemBytes() + componentBytes();
    for (int p = 0; p < shape.logits(); p++) {
      target[position + p] = vectors.get(JAVA_FLOAT_UNALIGNED, at + gatePlace(p));
    }
  }

  /** Where the engine's kernel may take the item's record to begin; valid until {@link #close}. */
  public long recordAddress(int item) {
    return vectors.address() + item * itemBytes() - RecordLayout.COMPONENTS_OFFSET;
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  /** Where number p of a gate lies: records are item index major. */
  private long gatePlace(int p) {
    int n = p / shape.itemComponents();
    int m = p % shape.itemComponents();
    return (long) (m * shape.queryComponents() + n) * Float.BYTES;
  }

  private long itemBytes() {
    return componentBytes() + (long) shape.logits() * Float.BYTES;
  }

  private long componentBytes() {
    return (long) shape.itemFloats() * Float.BYTES;
  }
}
