package dev.molstream.retrieval.kernel;

import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.VectorFormat;
import dev.molstream.retrieval.record.NativeMemory;
import dev.molstream.retrieval.record.RecordLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Scores with the JDK Vector API: records are rows, outputs are lanes. A batch of records is read
 * into scratch that fits the L2 cache, in item-index-major order p′ = m·P_Q + n as records hold it,
 * and then goes through three matrix products (component logits, gate hidden, gate output) and a
 * mixture per record.
 *
 * <p>No method here takes or returns a vector: when the JIT declines to inline such a method, every
 * vector becomes an object.
 */
final class SimdKernel implements MolKernel {
  private static final VectorSpecies<Float> SPECIES = SimdMath.SPECIES;
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(
          short.class, jdk.incubator.vector.VectorShape.forBitSize(SPECIES.vectorBitSize() / 2));
  private static final VectorSpecies<Integer> INTS = SPECIES.withLanes(int.class);
  private static final int LANES = SPECIES.length();

  /** Records per batch. */
  private static final int BATCH = 32;

  /** A float score is computed within so much of its true value. */
  private static final float ROUNDING = 1e-3f;

  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  private final MolShape shape;
  private final RecordLayout layout;
  private final int itemFloats;
  private final int logitCount;
  private final int hiddenStride;
  private final int gateStride;

  private final PackedMatrix query; // d × P_Q, divided by τ
  private final float[] queryGate;
  private final float[] noBias;
  private final PackedMatrix hiddenWeight; // L × H
  private final float[] hiddenBias;
  private final PackedMatrix outputWeight; // H × L
  private final float[] outputBias;

  private final float[] components;
  private final float[] gates;
  private final float[] logits;
  private final float[] hidden;
  private final float[] gate;
  private final int[] passing = new int[BATCH];

  SimdKernel(RecordLayout layout, GatingNetwork gating) {
    this.layout = layout;
    this.shape = layout.shape();
    this.itemFloats = shape.itemFloats();
    this.logitCount = shape.logits();
    int hiddenCount = shape.gateHidden();
    this.hiddenStride = PackedMatrix.padded(hiddenCount);
    this.gateStride = PackedMatrix.padded(logitCount);
    this.query = new PackedMatrix(shape.componentDimension(), shape.queryComponents());
    this.queryGate = new float[gateStride];
    this.noBias = new float[PackedMatrix.padded(shape.queryComponents())];
    this.hiddenWeight = new PackedMatrix(logitCount, hiddenCount);
    this.outputWeight = new PackedMatrix(hiddenCount, logitCount);
    this.hiddenBias = Arrays.copyOf(gating.hiddenBias(), hiddenStride);
    this.outputBias = new float[gateStride];
    pack(gating);
    // Reads and writes go on to the end of a vector or of a group of rows.
    this.components = new float[BATCH * itemFloats + LANES];
    this.gates = new float[BATCH * logitCount + 2 * LANES];
    this.logits = new float[BATCH * logitCount + 2 * LANES];
    this.hidden = new float[BATCH * hiddenStride];
    this.gate = new float[BATCH * gateStride];
  }

  private void pack(GatingNetwork gating) {
    float[] hiddenRows = gating.hiddenWeight();
    float[] outputRows = gating.outputWeight();
    float[] outputBiases = gating.outputBias();
    int hiddenCount = shape.gateHidden();
    for (int n = 0; n < shape.queryComponents(); n++) {
      for (int m = 0; m < shape.itemComponents(); m++) {
        int p = n * shape.itemComponents() + m;
        int place = m * shape.queryComponents() + n;
        outputBias[place] = outputBiases[p];
        for (int h = 0; h < hiddenCount; h++) {
          hiddenWeight.set(place, h, hiddenRows[h * logitCount + p]);
          outputWeight.set(h, place, outputRows[p * hiddenCount + h]);
        }
      }
    }
  }

  @Override
  public void prepare(MolQuery molQuery) {
    int d = shape.componentDimension();
    for (int i = 0; i < shape.queryFloats(); i++) {
      query.set(i % d, i / d, molQuery.components()[i] / shape.temperature());
    }
    for (int n = 0; n < shape.queryComponents(); n++) {
      for (int m = 0; m < shape.itemComponents(); m++) {
        queryGate[m * shape.queryComponents() + n] =
            molQuery.gate()[n * shape.itemComponents() + m];
      }
    }
  }

  @Override
  public void score(long[] addresses, int from, int count, float[] scores) {
    for (int i = 0; i < count; i += BATCH) {
      int part = Math.min(BATCH, count - i);
      readComponents(addresses, from + i, part);
      readGates(addresses, from + i, part);
      componentLogits(part);
      mix(part);
      for (int j = 0; j < part; j++) {
        scores[from + i + j] = mixture(j);
      }
    }
  }

  @Override
  public void bound(long[] addresses, int from, int count, float[] out) {
    for (int i = 0; i < count; i += BATCH) {
      int part = Math.min(BATCH, count - i);
      readComponents(addresses, from + i, part);
      componentLogits(part);
      for (int j = 0; j < part; j++) {
        out[from + i + j] = SimdMath.max(logits, j * logitCount, logitCount);
      }
    }
  }

  @Override
  public int scoreAbove(long[] addresses, int from, int count, float floor, float[] scores) {
    int scored = 0;
    for (int i = 0; i < count; i += BATCH) {
      int part = Math.min(BATCH, count - i);
      readComponents(addresses, from + i, part);
      componentLogits(part);
      int kept = 0;
      for (int j = 0; j < part; j++) {
        scores[from + i + j] = Float.NEGATIVE_INFINITY;
        if (SimdMath.max(logits, j * logitCount, logitCount) >= floor - ROUNDING) {
          System.arraycopy(logits, j * logitCount, logits, kept * logitCount, logitCount);
          readGate(addresses[from + i + j], kept);
          passing[kept++] = from + i + j;
        }
      }
      mix(kept);
      for (int j = 0; j < kept; j++) {
        scores[passing[j]] = mixture(j);
      }
      scored += kept;
    }
    return scored;
  }

  @Override
  public void logits(long[] addresses, int from, int count, float[] out) {
    int queryComponents = shape.queryComponents();
    int itemComponents = shape.itemComponents();
    for (int i = 0; i < count; i += BATCH) {
      int part = Math.min(BATCH, count - i);
      readComponents(addresses, from + i, part);
      componentLogits(part);
      for (int j = 0; j < part; j++) {
        for (int m = 0; m < itemComponents; m++) {
          for (int n = 0; n < queryComponents; n++) {
            out[(i + j) * logitCount + n * itemComponents + m] =
                logits[j * logitCount + m * queryComponents + n];
          }
        }
      }
    }
  }

  /** Each (record, item component) is a row; its P_Q logits follow those of the row before. */
  private void componentLogits(int count) {
    query.multiply(
        components,
        shape.componentDimension(),
        count * shape.itemComponents(),
        noBias,
        logits,
        0,
        shape.queryComponents());
  }

  /** Logits and item gates of {@code count} records to {@link #gate}: SiLU(a⊙b + G_qx(ℓ)). */
  private void mix(int count) {
    hiddenWeight.multiply(logits, logitCount, count, hiddenBias, hidden, 0, hiddenStride);
    SimdMath.silu(hidden, count * hiddenStride);
    outputWeight.multiply(hidden, hiddenStride, count, outputBias, gate, 0, gateStride);
    for (int j = 0; j < count; j++) {
      SimdMath.addProduct(gate, j * gateStride, queryGate, gates, j * logitCount, logitCount);
    }
    SimdMath.silu(gate, count * gateStride);
  }

  private float mixture(int j) {
    return SimdMath.mixture(gate, j * gateStride, logits, j * logitCount, logitCount);
  }

  /** Of several records a vector each by turns: memory answers several at a time. */
  private void readComponents(long[] addresses, int from, int count) {
    int i = 0;
    if (layout.format() == VectorFormat.FLOAT32 && itemFloats % LANES == 0) {
      for (; i + 4 <= count; i += 4) {
        readFourFloats(
            addresses[from + i] + RecordLayout.COMPONENTS_OFFSET,
            addresses[from + i + 1] + RecordLayout.COMPONENTS_OFFSET,
            addresses[from + i + 2] + RecordLayout.COMPONENTS_OFFSET,
            addresses[from + i + 3] + RecordLayout.COMPONENTS_OFFSET,
            itemFloats,
            components,
            i * itemFloats);
      }
    }
    for (; i < count; i++) {
      read(
          addresses[from + i] + RecordLayout.COMPONENTS_OFFSET,
          itemFloats,
          components,
          i * itemFloats);
    }
  }

  private static void readFourFloats(
      long a, long b, long c, long d, int count, float[] target, int position) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector.fromMemorySegment(SPECIES, NativeMemory.ALL, a + 4L * i, ORDER)
          .intoArray(target, position + i);
      FloatVector.fromMemorySegment(SPECIES, NativeMemory.ALL, b + 4L * i, ORDER)
          .intoArray(target, position + count + i);
      FloatVector.fromMemorySegment(SPECIES, NativeMemory.ALL, c + 4L * i, ORDER)
          .intoArray(target, position + 2 * count + i);
      FloatVector.fromMemorySegment(SPECIES, NativeMemory.ALL, d + 4L * i, ORDER)
          .intoArray(target, position + 3 * count + i);
    }
  }

  private void readGates(long[] addresses, int from, int count) {
    for (int i = 0; i < count; i++) {
      readGate(addresses[from + i], i);
    }
  }

  private void readGate(long address, int row) {
    read(address + layout.gateOffset(), logitCount, gates, row * logitCount);
  }

  private void read(long address, int count, float[] target, int position) {
    switch (layout.format()) {
      case FLOAT32 -> readFloats(address, count, target, position);
      case BFLOAT16 -> readHalves(address, count, target, position);
    }
  }

  /** Rows are read in ascending order: the excess of one is overwritten by the next. */
  private static void readFloats(long address, int count, float[] target, int position) {
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      FloatVector.fromMemorySegment(SPECIES, NativeMemory.ALL, address + 4L * i, ORDER)
          .intoArray(target, position + i);
    }
    for (; i < count; i++) {
      target[position + i] = NativeMemory.getFloat(address + 4L * i);
    }
  }

  private static void readHalves(long address, int count, float[] target, int position) {
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      ShortVector.fromMemorySegment(SHORTS, NativeMemory.ALL, address + 2L * i, ORDER)
          .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0)
          .lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoArray(target, position + i);
    }
    for (; i < count; i++) {
      target[position + i] = Float.intBitsToFloat(NativeMemory.getShort(address + 2L * i) << 16);
    }
  }
}
