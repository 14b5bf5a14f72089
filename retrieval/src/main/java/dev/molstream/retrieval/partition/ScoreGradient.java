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

  private final MolShape shape;

  // Numbers per row of each matrix of scratch.
  private final int logitStride;
  private final int hiddenStride;
  private final int pairStride;

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

  private final float[] pairs; // items · P_X × P_Q
  private final float[] logits;
  private final float[] hidden;
  private final float[] hiddenSlope;
  private final float[] gate;
  private final float[] gateSlope;
  private final float[] mixture;
  private final float[] exponentials;

  ScoreGradient(MolShape shape, GatingNetwork gating) {
    int logitCount = shape.logits();
    int hiddenCount = shape.gateHidden();
    this.shape = shape;
    this.logitStride = PackedMatrix.padded(logitCount);
    this.hiddenStride = PackedMatrix.padded(hiddenCount);
    this.pairStride = PackedMatrix.padded(shape.queryComponents());
    float[] hiddenWeight = gating.hiddenWeight();
    float[] outputWeight = gating.outputWeight();
    this.hiddenIn = PackedMatrix.ofTransposed(hiddenWeight, logitCount, hiddenCount);
    this.hiddenBack = PackedMatrix.of(hiddenWeight, hiddenCount, logitCount);
    this.gateIn = PackedMatrix.ofTransposed(outputWeight, hiddenCount, logitCount);
    this.gateBack = PackedMatrix.of(outputWeight, logitCount, hiddenCount);
    this.hiddenBias = Arrays.copyOf(gating.hiddenBias(), hiddenStride);
    this.gateBias = Arrays.copyOf(gating.outputBias(), logitStride);
    this.zeros = new float[Math.max(Math.max(logitStride, hiddenStride), pairStride)];
    this.queryColumns = new PackedMatrix(shape.componentDimension(), shape.queryComponents());
    int queryRows = PackedMatrix.paddedRows(shape.queryComponents());
    this.temperedQuery = new float[queryRows * shape.componentDimension()];
    this.queryGate = new float[logitCount];
    this.pairs = new float[MOST * shape.itemComponents() * pairStride];
    this.logits = new float[MOST * logitStride];
    this.hidden = new float[MOST * hiddenStride];
    this.hiddenSlope = new float[MOST * hiddenStride];
    this.gate = new float[MOST * logitStride];
    this.gateSlope = new float[MOST * logitStride];
    this.mixture = new float[MOST * logitStride];
    this.exponentials = new float[MOST * Math.max(logitStride, hiddenStride)];
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
    int d = shape.componentDimension();
    int itemComponents = shape.itemComponents();
    int logitCount = shape.logits();
    queryColumns.multiply(components, d, count * itemComponents, zeros, pairs, 0, pairStride);
    for (int i = 0; i < count; i++) {
      for (int m = 0; m < itemComponents; m++) {
        for (int n = 0; n < shape.queryComponents(); n++) {
          logits[i * logitStride + n * itemComponents + m] =
              pairs[(i * itemComponents + m) * pairStride + n];
        }
      }
    }
    hiddenIn.multiply(logits, logitStride, count, hiddenBias, hidden, 0, hiddenStride);
    siluWithSlope(hidden, hiddenSlope, count * hiddenStride);
    gateIn.multiply(hidden, hiddenStride, count, gateBias, gate, 0, logitStride);
    for (int i = 0; i < count; i++) {
      for (int p = 0; p < logitCount; p++) {
        gate[i * logitStride + p] += queryGate[p] * gates[i * logitCount + p];
      }
    }
    siluWithSlope(gate, gateSlope, count * logitStride);
    for (int i = 0; i < count; i++) {
      scores[i] = mix(i * logitStride);
    }
  }

  /**
   * The slopes of the scores computed last.
   *
   * @return rows of {@link #stride}, valid until the next call
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

  /** Leaves π in {@link #mixture} and ∂score/∂s in {@link #gate}. */
  private float mix(int from) {
    int logitCount = shape.logits();
    float most = SimdMath.max(gate, from, logitCount);
    for (int p = 0; p < logitStride; p++) {
      gate[from + p] -= most;
    }
    SimdMath.exp(1, gate, from, mixture, from, logitStride);
    float sum = 0;
    float weighted = 0;
    for (int p = 0; p < logitCount; p++) {
      sum += mixture[from + p];
      weighted += mixture[from + p] * logits[from + p];
    }
    float score = weighted / sum;
    float share = 1 / sum;
    for (int p = 0; p < logitStride; p++) {
      mixture[from + p] *= share;
      gate[from + p] = mixture[from + p] * (logits[from + p] - score) * gateSlope[from + p];
    }
    Arrays.fill(mixture, from + logitCount, from + logitStride, 0);
    Arrays.fill(gate, from + logitCount, from + logitStride, 0);
    return score;
  }

  /** values = SiLU(values), slopes = SiLU′(values). */
  private void siluWithSlope(float[] values, float[] slopes, int count) {
    SimdMath.exp(-1, values, 0, exponentials, 0, count);
    for (int i = 0; i < count; i++) {
      float sigmoid = 1 / (1 + exponentials[i]);
      float value = values[i];
      slopes[i] = sigmoid * (1 + value * (1 - sigmoid));
      values[i] = value * sigmoid;
    }
  }
}
