package dev.molstream.retrieval.partition;

import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.kernel.PackedMatrix;
import dev.molstream.retrieval.kernel.SimdMath;
import java.util.Arrays;

/**
 * The MoL score of some items and its slopes along the component logits, gates included. With ℓ the
 * component logits, s = a⊙b + W₂·SiLU(W₁ℓ + b₁) + b₂ and π = softmax(SiLU(s)):
 *
 * <pre>
 *   score    = Σ π_p·ℓ_p
 *   ∂/∂s_p   = π_p·(ℓ_p − score)·SiLU′(s_p)
 *   ∂/∂ℓ     = π + W₁ᵀ·(SiLU′(W₁ℓ + b₁) ⊙ W₂ᵀ·∂/∂s)
 * </pre>
 *
 * <p>The item's own gate b is held as it is. Holds scratch memory: one thread at a time; allocates
 * nothing after construction.
 */
final class ScoreGradient {
  /** The most items per call. */
  static final int MOST = 16;

  /** Of slopes, which are compared with 1. */
  private static final float NEGLIGIBLE = 1e-15f;

  private final MolShape shape;

  // Numbers per row of each matrix of scratch.
  private final int logitStride;
  private final int hiddenStride;

  private final PackedMatrix hiddenIn; // L × H
  private final float[] hiddenBias;
  private final PackedMatrix gateIn; // H × L
  private final float[] gateBias;
  private final PackedMatrix gateBack; // L × H
  private final PackedMatrix hiddenBack; // H × L
  private final float[] zeros;

  private final PackedMatrix queryColumns; // d × P_Q, divided by τ
  private final float[] temperedQuery;
  private final float[] queryGate;

  private final float[] logits;
  private final float[] hidden;
  private final float[] hiddenSlope;
  private final float[] gate;
  private final float[] gateSlope;
  private final float[] mixture;

  ScoreGradient(MolShape shape, GatingNetwork gating) {
    int logitCount = shape.logits();
    int hiddenCount = shape.gateHidden();
    this.shape = shape;
    this.logitStride = PackedMatrix.padded(logitCount);
    this.hiddenStride = PackedMatrix.padded(hiddenCount);
    float[] hiddenWeight = gating.hiddenWeight();
    float[] outputWeight = gating.outputWeight();
    float[] outputBias = gating.outputBias();
    this.hiddenIn = new PackedMatrix(logitCount, hiddenCount);
    this.hiddenBack = new PackedMatrix(hiddenCount, logitCount);
    this.gateIn = new PackedMatrix(hiddenCount, logitCount);
    this.gateBack = new PackedMatrix(logitCount, hiddenCount);
    this.hiddenBias = Arrays.copyOf(gating.hiddenBias(), hiddenStride);
    this.gateBias = new float[logitStride];
    for (int p = 0; p < logitCount; p++) {
      int place = place(p / shape.itemComponents(), p % shape.itemComponents());
      gateBias[place] = outputBias[p];
      for (int h = 0; h < hiddenCount; h++) {
        hiddenIn.set(place, h, hiddenWeight[h * logitCount + p]);
        hiddenBack.set(h, place, hiddenWeight[h * logitCount + p]);
        gateIn.set(h, place, outputWeight[p * hiddenCount + h]);
        gateBack.set(place, h, outputWeight[p * hiddenCount + h]);
      }
    }
    this.zeros = new float[Math.max(logitStride, hiddenStride)];
    this.queryColumns = new PackedMatrix(shape.componentDimension(), shape.queryComponents());
    int queryRows = PackedMatrix.paddedRows(shape.queryComponents());
    this.temperedQuery = new float[queryRows * shape.componentDimension()];
    this.queryGate = new float[logitCount];
    // The product writes on to the end of a vector and of a group of rows.
    this.logits = new float[MOST * logitCount + 2 * PackedMatrix.padded(1)];
    this.hidden = new float[MOST * hiddenStride];
    this.hiddenSlope = new float[MOST * hiddenStride];
    this.gate = new float[MOST * logitStride];
    this.gateSlope = new float[MOST * logitStride];
    this.mixture = new float[MOST * logitStride];
  }

  /** Where the slope of the pair of query component n and item component m is in its row. */
  int place(int n, int m) {
    return m * shape.queryComponents() + n;
  }

  /** Floats between the slopes of two items. */
  int stride() {
    return logitStride;
  }

  /** Reads the query that the following calls are about. */
  void prepare(MolQuery query) {
    int d = shape.componentDimension();
    System.arraycopy(query.gate(), 0, queryGate, 0, queryGate.length);
    for (int i = 0; i < shape.queryFloats(); i++) {
      temperedQuery[i] = query.components()[i] / shape.temperature();
      queryColumns.set(i % d, i / d, temperedQuery[i]);
    }
  }

  /** The query's components divided by τ; rows of d, in whole groups of rows. */
  float[] temperedQuery() {
    return temperedQuery;
  }

  /**
   * The scores of some items.
   *
   * @param count 1 to {@link #MOST}
   * @param components room for {@link #MOST} rows of P_X·d
   * @param gates rows of L, query index major
   * @param scores receives the score of each item
   */
  void scores(int count, float[] components, float[] gates, float[] scores) {
    int logitCount = shape.logits();
    queryColumns.multiply(
        components,
        shape.componentDimension(),
        count * shape.itemComponents(),
        zeros,
        logits,
        0,
        shape.queryComponents());
    hiddenIn.multiply(logits, logitCount, count, hiddenBias, hidden, 0, hiddenStride);
    SimdMath.siluWithSlope(hidden, hiddenSlope, count * hiddenStride);
    gateIn.multiply(hidden, hiddenStride, count, gateBias, gate, 0, logitStride);
    for (int i = 0; i < count; i++) {
      addOuterGates(gates, i * logitCount, i * logitStride);
    }
    SimdMath.siluWithSlope(gate, gateSlope, count * logitStride);
    for (int i = 0; i < count; i++) {
      scores[i] = mix(i * logitCount, i * logitStride);
    }
  }

  /**
   * The slopes of the scores computed last.
   *
   * @return rows of {@link #stride}, in the order of {@link #place}, valid until the next call
   */
  float[] slopes(int count) {
    gateBack.multiply(gate, logitStride, count, zeros, hidden, 0, hiddenStride);
    for (int i = 0; i < count * hiddenStride; i++) {
      hidden[i] *= hiddenSlope[i];
    }
    hiddenBack.multiply(hidden, hiddenStride, count, zeros, gate, 0, logitStride);
    for (int i = 0; i < count * logitStride; i++) {
      gate[i] += mixture[i];
    }
    return gate;
  }

  /** s += a⊙b. */
  private void addOuterGates(float[] gates, int from, int to) {
    int itemComponents = shape.itemComponents();
    for (int n = 0; n < shape.queryComponents(); n++) {
      for (int m = 0; m < itemComponents; m++) {
        int p = n * itemComponents + m;
        gate[to + place(n, m)] += queryGate[p] * gates[from + p];
      }
    }
  }

  /** Leaves π in {@link #mixture} and ∂score/∂s in {@link #gate}. */
  private float mix(int logitFrom, int from) {
    int logitCount = shape.logits();
    SimdMath.softmax(gate, from, mixture, from, logitCount);
    float score = FloatRows.dot(mixture, from, logits, logitFrom, logitCount);
    SimdMath.mixtureSlopes(
        mixture, gateSlope, from, logits, logitFrom, score, NEGLIGIBLE, gate, logitCount);
    return score;
  }
}
