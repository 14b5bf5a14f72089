package dev.molstream.retrieval.mol;

import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Scores a tile with the JDK Vector API: one item per lane, all intermediate rows in scratch that
 * fits the L1 and L2 caches.
 *
 * <p>The three matrix products (component logits, gate hidden, gate output) share one register
 * tiling: {@value #ROWS} rows times two vectors of items are accumulated in registers, so each
 * weight that is broadcast and each vector that is loaded is used several times. The weights are
 * packed in the order of use. Rows beyond a multiple of {@value #ROWS} are zeros that nobody reads.
 *
 * <p>Products over heap scratch and over off-heap tiles are separate methods although they read
 * alike: sharing one would spoil the JIT's type profile. No method here takes or returns a vector:
 * when the JIT declines to inline such a method, every vector becomes an object.
 */
final class SimdKernel implements MolKernel {
  private static final VectorSpecies<Float> SPECIES = SimdMath.SPECIES;
  private static final int LANES = SPECIES.length();
  private static final int ITEMS = ItemTile.ITEMS;
  private static final int ROWS = 4;
  private static final long ROW_BYTES = ITEMS * Float.BYTES;
  private static final long VECTOR_BYTES = LANES * Float.BYTES;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private final MolShape shape;
  private final float inverseTemperature;

  private final float[] queryComponents;
  private final float[] queryGate;
  private final float[] querySum;

  private final float[] hiddenWeight;
  private final float[] hiddenBias;
  private final float[] outputWeight;
  private final float[] outputBias;

  private final float[] logits;
  private final float[] hidden;
  private final float[] gate;
  private final float[] scratch;

  SimdKernel(MolShape shape, GatingNetwork gating) {
    int components = padded(shape.queryComponents());
    this.shape = shape;
    this.inverseTemperature = 1 / shape.temperature();
    this.queryComponents = new float[components * shape.componentDimension()];
    this.queryGate = new float[padded(shape.logits())];
    this.querySum = new float[shape.componentDimension()];
    this.hiddenWeight = pack(gating.hiddenWeight(), shape.gateHidden(), shape.logits());
    this.hiddenBias = Arrays.copyOf(gating.hiddenBias(), padded(shape.gateHidden()));
    this.outputWeight = pack(gating.outputWeight(), shape.logits(), shape.gateHidden());
    this.outputBias = Arrays.copyOf(gating.outputBias(), padded(shape.logits()));
    this.logits = new float[components * shape.itemComponents() * ITEMS];
    this.hidden = new float[padded(shape.gateHidden()) * ITEMS];
    this.gate = new float[padded(shape.logits()) * ITEMS];
    this.scratch = new float[Math.max(shape.gateHidden(), shape.logits()) * ITEMS];
  }

  /** Floats per vector. */
  static int lanes() {
    return LANES;
  }

  @Override
  public void prepare(MolQuery query) {
    packInto(
        query.components(), shape.queryComponents(), shape.componentDimension(), queryComponents);
    System.arraycopy(query.gate(), 0, queryGate, 0, shape.logits());
    ScalarKernel.sumComponents(query.components(), querySum);
  }

  @Override
  public void score(ItemTile tile, float[] scores) {
    for (int lane = 0; lane < ITEMS; lane += 2 * LANES) {
      componentLogits(tile.components(), lane);
      for (int h = 0; h < shape.gateHidden(); h += ROWS) {
        multiply(hiddenWeight, hiddenBias, h, shape.logits(), logits, lane, hidden);
      }
    }
    SimdMath.silu(hidden, scratch, shape.gateHidden() * ITEMS);
    for (int lane = 0; lane < ITEMS; lane += 2 * LANES) {
      for (int p = 0; p < shape.logits(); p += ROWS) {
        multiply(outputWeight, outputBias, p, shape.gateHidden(), hidden, lane, gate);
      }
    }
    addOuterGates(tile.gates());
    SimdMath.silu(gate, scratch, shape.logits() * ITEMS);
    subtractMost();
    SimdMath.exp(1, gate, gate, shape.logits() * ITEMS);
    mix(scores);
  }

  @Override
  public void scoreAveraged(ItemTile tile, float[] scores) {
    for (int lane = 0; lane < ITEMS; lane += 2 * LANES) {
      FloatVector sum0 = FloatVector.zero(SPECIES);
      FloatVector sum1 = FloatVector.zero(SPECIES);
      MemorySegment averages = tile.averages();
      long offset = (long) lane * Float.BYTES;
      for (int k = 0; k < querySum.length; k++, offset += ROW_BYTES) {
        FloatVector weight = FloatVector.broadcast(SPECIES, querySum[k]);
        sum0 = FloatVector.fromMemorySegment(SPECIES, averages, offset, ORDER).fma(weight, sum0);
        sum1 =
            FloatVector.fromMemorySegment(SPECIES, averages, offset + VECTOR_BYTES, ORDER)
                .fma(weight, sum1);
      }
      sum0.intoArray(scores, lane);
      sum1.intoArray(scores, lane + LANES);
    }
  }

  /** logits[n·P_X + m] = ⟨F_n, G_m⟩ / τ for two vectors of items. */
  private void componentLogits(MemorySegment components, int lane) {
    int dimension = shape.componentDimension();
    int itemComponents = shape.itemComponents();
    for (int n = 0; n < shape.queryComponents(); n += ROWS) {
      for (int m = 0; m < itemComponents; m++) {
        multiply(components, m * dimension, dimension, n, lane, n * itemComponents + m);
      }
    }
  }

  /** Rows n to n + 3 of the query times {@code inner} rows of a tile. */
  private void multiply(MemorySegment in, int inRow, int inner, int n, int lane, int outRow) {
    FloatVector sum00 = FloatVector.zero(SPECIES);
    FloatVector sum01 = sum00;
    FloatVector sum10 = sum00;
    FloatVector sum11 = sum00;
    FloatVector sum20 = sum00;
    FloatVector sum21 = sum00;
    FloatVector sum30 = sum00;
    FloatVector sum31 = sum00;
    int w = n * inner;
    long offset = inRow * ROW_BYTES + (long) lane * Float.BYTES;
    for (int k = 0; k < inner; k++, w += ROWS, offset += ROW_BYTES) {
      FloatVector in0 = FloatVector.fromMemorySegment(SPECIES, in, offset, ORDER);
      FloatVector in1 = FloatVector.fromMemorySegment(SPECIES, in, offset + VECTOR_BYTES, ORDER);
      FloatVector weight0 = FloatVector.broadcast(SPECIES, queryComponents[w]);
      FloatVector weight1 = FloatVector.broadcast(SPECIES, queryComponents[w + 1]);
      FloatVector weight2 = FloatVector.broadcast(SPECIES, queryComponents[w + 2]);
      FloatVector weight3 = FloatVector.broadcast(SPECIES, queryComponents[w + 3]);
      sum00 = in0.fma(weight0, sum00);
      sum01 = in1.fma(weight0, sum01);
      sum10 = in0.fma(weight1, sum10);
      sum11 = in1.fma(weight1, sum11);
      sum20 = in0.fma(weight2, sum20);
      sum21 = in1.fma(weight2, sum21);
      sum30 = in0.fma(weight3, sum30);
      sum31 = in1.fma(weight3, sum31);
    }
    int out = outRow * ITEMS + lane;
    int step = shape.itemComponents() * ITEMS;
    FloatVector scale = FloatVector.broadcast(SPECIES, inverseTemperature);
    sum00.mul(scale).intoArray(logits, out);
    sum01.mul(scale).intoArray(logits, out + LANES);
    sum10.mul(scale).intoArray(logits, out + step);
    sum11.mul(scale).intoArray(logits, out + step + LANES);
    sum20.mul(scale).intoArray(logits, out + 2 * step);
    sum21.mul(scale).intoArray(logits, out + 2 * step + LANES);
    sum30.mul(scale).intoArray(logits, out + 3 * step);
    sum31.mul(scale).intoArray(logits, out + 3 * step + LANES);
  }

  /** out[row … row + 3] = bias + weights · in for two vectors of items. */
  private static void multiply(
      float[] weights, float[] bias, int row, int inner, float[] in, int lane, float[] out) {
    FloatVector sum00 = FloatVector.broadcast(SPECIES, bias[row]);
    FloatVector sum01 = sum00;
    FloatVector sum10 = FloatVector.broadcast(SPECIES, bias[row + 1]);
    FloatVector sum11 = sum10;
    FloatVector sum20 = FloatVector.broadcast(SPECIES, bias[row + 2]);
    FloatVector sum21 = sum20;
    FloatVector sum30 = FloatVector.broadcast(SPECIES, bias[row + 3]);
    FloatVector sum31 = sum30;
    int w = row * inner;
    for (int i = 0; i < inner; i++, w += ROWS) {
      FloatVector in0 = FloatVector.fromArray(SPECIES, in, i * ITEMS + lane);
      FloatVector in1 = FloatVector.fromArray(SPECIES, in, i * ITEMS + lane + LANES);
      FloatVector weight0 = FloatVector.broadcast(SPECIES, weights[w]);
      FloatVector weight1 = FloatVector.broadcast(SPECIES, weights[w + 1]);
      FloatVector weight2 = FloatVector.broadcast(SPECIES, weights[w + 2]);
      FloatVector weight3 = FloatVector.broadcast(SPECIES, weights[w + 3]);
      sum00 = in0.fma(weight0, sum00);
      sum01 = in1.fma(weight0, sum01);
      sum10 = in0.fma(weight1, sum10);
      sum11 = in1.fma(weight1, sum11);
      sum20 = in0.fma(weight2, sum20);
      sum21 = in1.fma(weight2, sum21);
      sum30 = in0.fma(weight3, sum30);
      sum31 = in1.fma(weight3, sum31);
    }
    int o = row * ITEMS + lane;
    sum00.intoArray(out, o);
    sum01.intoArray(out, o + LANES);
    sum10.intoArray(out, o + ITEMS);
    sum11.intoArray(out, o + ITEMS + LANES);
    sum20.intoArray(out, o + 2 * ITEMS);
    sum21.intoArray(out, o + 2 * ITEMS + LANES);
    sum30.intoArray(out, o + 3 * ITEMS);
    sum31.intoArray(out, o + 3 * ITEMS + LANES);
  }

  /** gate += a ⊙ b. */
  private void addOuterGates(MemorySegment itemGates) {
    for (int p = 0; p < shape.logits(); p++) {
      FloatVector queryGateOfRow = FloatVector.broadcast(SPECIES, queryGate[p]);
      for (int i = p * ITEMS; i < (p + 1) * ITEMS; i += LANES) {
        long offset = (long) i * Float.BYTES;
        FloatVector.fromMemorySegment(SPECIES, itemGates, offset, ORDER)
            .fma(queryGateOfRow, FloatVector.fromArray(SPECIES, gate, i))
            .intoArray(gate, i);
      }
    }
  }

  /** Brings each item's largest gate to 0, so that exp cannot overflow. */
  private void subtractMost() {
    int end = shape.logits() * ITEMS;
    for (int lane = 0; lane < ITEMS; lane += LANES) {
      FloatVector most = FloatVector.fromArray(SPECIES, gate, lane);
      for (int i = lane + ITEMS; i < end; i += ITEMS) {
        most = most.max(FloatVector.fromArray(SPECIES, gate, i));
      }
      for (int i = lane; i < end; i += ITEMS) {
        FloatVector.fromArray(SPECIES, gate, i).sub(most).intoArray(gate, i);
      }
    }
  }

  /** Σ_p gate_p · logits_p / Σ_p gate_p. */
  private void mix(float[] scores) {
    int end = shape.logits() * ITEMS;
    for (int lane = 0; lane < ITEMS; lane += LANES) {
      FloatVector weights = FloatVector.zero(SPECIES);
      FloatVector weighted = weights;
      for (int i = lane; i < end; i += ITEMS) {
        FloatVector weight = FloatVector.fromArray(SPECIES, gate, i);
        weights = weights.add(weight);
        weighted = weight.fma(FloatVector.fromArray(SPECIES, logits, i), weighted);
      }
      weighted.div(weights).intoArray(scores, lane);
    }
  }

  /** Rows × inner, row major, to groups of {@value #ROWS} rows, each group inner major. */
  private static float[] pack(float[] weights, int rows, int inner) {
    float[] packed = new float[padded(rows) * inner];
    packInto(weights, rows, inner, packed);
    return packed;
  }

  private static void packInto(float[] weights, int rows, int inner, float[] packed) {
    for (int row = 0; row < rows; row++) {
      int group = row / ROWS * ROWS * inner;
      for (int i = 0; i < inner; i++) {
        packed[group + i * ROWS + row % ROWS] = weights[row * inner + i];
      }
    }
  }

  private static int padded(int rows) {
    return (rows + ROWS - 1) / ROWS * ROWS;
  }
}
