package dev.molstream.retrieval.mol;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.molstream.retrieval.MolShape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * Off-heap vectors of {@value #ITEMS} items, dimension major, so that one SIMD lane works on one
 * item. Three matrices of native-order floats, each {@value #ITEMS} wide:
 *
 * <pre>
 *               lane 0  1  2 … 31
 *  components   ┌────────────────┐ row m·d + k: number k of item component m
 *               │ P_X·d rows     │
 *               └────────────────┘
 *  gates        ┌────────────────┐ row p: b(x)_p, query index major
 *               │ L rows         │
 *               └────────────────┘
 *  averages     ┌────────────────┐ row k: number k of the mean item component
 *               │ d rows         │
 *               └────────────────┘
 * </pre>
 *
 * Borrows its memory from the allocator. Threads are the caller's concern.
 */
public final class ItemTile {
  /** Items per tile: two AVX-512 vectors, four AVX2 or eight NEON ones. */
  public static final int ITEMS = 32;

  /** Alignment of each matrix: a cache line. */
  private static final long ALIGNMENT = 64;

  private static final long ROW_BYTES = ITEMS * Float.BYTES;

  private final MolShape shape;
  private final MemorySegment components;
  private final MemorySegment gates;
  private final MemorySegment averages;

  private ItemTile(
      MolShape shape, MemorySegment components, MemorySegment gates, MemorySegment averages) {
    this.shape = shape;
    this.components = components;
    this.gates = gates;
    this.averages = averages;
  }

  /** One tile of zeros. */
  public static ItemTile allocate(MolShape shape, SegmentAllocator allocator) {
    return allocate(shape, allocator, 1)[0];
  }

  /** Tiles of zeros whose matrices of the same kind lie next to each other. */
  public static ItemTile[] allocate(MolShape shape, SegmentAllocator allocator, int count) {
    long componentBytes = shape.itemFloats() * ROW_BYTES;
    long gateBytes = shape.logits() * ROW_BYTES;
    long averageBytes = shape.componentDimension() * ROW_BYTES;
    MemorySegment components = allocator.allocate(count * componentBytes, ALIGNMENT);
    MemorySegment gates = allocator.allocate(count * gateBytes, ALIGNMENT);
    MemorySegment averages = allocator.allocate(count * averageBytes, ALIGNMENT);
    ItemTile[] tiles = new ItemTile[count];
    for (int i = 0; i < count; i++) {
      tiles[i] =
          new ItemTile(
              shape,
              components.asSlice(i * componentBytes, componentBytes),
              gates.asSlice(i * gateBytes, gateBytes),
              averages.asSlice(i * averageBytes, averageBytes));
    }
    return tiles;
  }

  /** Bytes of one tile of this shape. */
  public static long sizeBytes(MolShape shape) {
    return (shape.itemFloats() + shape.logits() + shape.componentDimension()) * ROW_BYTES;
  }

  /** P_X·d rows. */
  MemorySegment components() {
    return components;
  }

  /** L rows. */
  MemorySegment gates() {
    return gates;
  }

  /** d rows. */
  MemorySegment averages() {
    return averages;
  }

  /**
   * Writes one item's vectors.
   *
   * @param lane 0 to {@value #ITEMS} - 1
   * @param itemComponents P_X × d, component major
   * @param itemGate L
   */
  public void write(int lane, float[] itemComponents, float[] itemGate) {
    int dimension = shape.componentDimension();
    for (int row = 0; row < shape.itemFloats(); row++) {
      components.setAtIndex(JAVA_FLOAT, index(row, lane), itemComponents[row]);
    }
    for (int row = 0; row < shape.logits(); row++) {
      gates.setAtIndex(JAVA_FLOAT, index(row, lane), itemGate[row]);
    }
    for (int k = 0; k < dimension; k++) {
      float sum = 0;
      for (int m = 0; m < shape.itemComponents(); m++) {
        sum += itemComponents[m * dimension + k];
      }
      averages.setAtIndex(JAVA_FLOAT, index(k, lane), sum / shape.itemComponents());
    }
  }

  /** Copies the components and the gate, not the average, of one item of another tile. */
  public void copyForScoring(int lane, ItemTile source, int sourceLane) {
    for (int row = 0; row < shape.itemFloats(); row++) {
      float value = source.components.getAtIndex(JAVA_FLOAT, index(row, sourceLane));
      components.setAtIndex(JAVA_FLOAT, index(row, lane), value);
    }
    for (int row = 0; row < shape.logits(); row++) {
      float value = source.gates.getAtIndex(JAVA_FLOAT, index(row, sourceLane));
      gates.setAtIndex(JAVA_FLOAT, index(row, lane), value);
    }
  }

  private static long index(int row, int lane) {
    return (long) row * ITEMS + lane;
  }
}
