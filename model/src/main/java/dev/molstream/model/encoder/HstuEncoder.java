package dev.molstream.model.encoder;

import dev.molstream.model.QueryHistory;
import dev.molstream.model.TrainedWeights;
import dev.molstream.retrieval.kernel.PackedMatrix;
import dev.molstream.retrieval.kernel.SimdMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * HSTU (arXiv 2402.17152) as training learns it, see there for the formula, for the last event of a
 * history. An event's row reads only itself and the rows before it, and biases go by distance: so
 * rows stay as they are when events are added, and only the new ones are computed. A row is the
 * same bits whether it is computed alone or with others.
 *
 * <p>Holds scratch memory; one thread at a time.
 */
public final class HstuEncoder {
  private static final VectorSpecies<Float> SPECIES = SimdMath.SPECIES;
  private static final int LANES = SPECIES.length();

  /** What the names of its tensors begin with. */
  public static final String TENSORS = "encoder.";

  /** Of the layer norms; as in training and in the exported graph. */
  public static final double NORM_EPSILON = 1e-6;

  private final HstuWeights weights;
  private final EncodedHistories kept;
  private final @Nullable TimeBuckets buckets;
  private final float[] rows;
  private final float[] normal;
  private final float[] state;
  private final float[] own;
  private final float[] gathered;
  private final float[] scores;
  private final float[] bias;
  private final byte[] gaps;
  private final float[] lanes = new float[LANES];

  private HstuEncoder(HstuWeights weights, long keptBytes) {
    this.weights = weights;
    this.kept = new EncodedHistories(weights, keptBytes);
    this.buckets = weights.timeBuckets() == 0 ? null : new TimeBuckets(weights.timeBuckets());
    int width = weights.width();
    int paddedRows = PackedMatrix.paddedRows(weights.maxHistory());
    int events = EncodedHistories.padded(weights.maxHistory());
    rows = new float[paddedRows * width];
    normal = new float[paddedRows * width];
    state = new float[paddedRows * 2 * width];
    own = new float[paddedRows * 2 * width];
    gathered = new float[paddedRows * width];
    scores = new float[events];
    bias = new float[events];
    gaps = new byte[buckets == null ? 0 : weights.maxHistory() * events];
  }

  /**
   * The encoder of a bundle that training wrote.
   *
   * @param width D
   * @param keptBytes memory for what is kept of histories from one call to the next, from 0
   * @return null when the weights are another encoder's or its sizes are not whole vectors: the
   *     exported graph serves all
   * @throws IllegalArgumentException in one line when tensors are missing or have other sizes
   */
  public static @Nullable HstuEncoder of(
      TrainedWeights trained, int width, int maxHistory, long keptBytes) {
    String blocks = trained.recipe().get("blocks");
    String heads = trained.recipe().get("heads");
    String timeBuckets = trained.recipe().getOrDefault("timeBuckets", "0");
    if (blocks == null || heads == null || !HstuWeights.fits(width, Integer.parseInt(heads))) {
      return null;
    }
    return new HstuEncoder(
        HstuWeights.of(
            trained.values(),
            width,
            Integer.parseInt(blocks),
            Integer.parseInt(heads),
            maxHistory,
            Integer.parseInt(timeBuckets)),
        keptBytes);
  }

  /**
   * Encodes a history of 1 to N events with vectors of D floats; what is kept of the same user's
   * last history is used as far as the events are the same.
   *
   * @param requestTimeMillis milliseconds since 1970
   * @param encoded receives D floats
   */
  public void encode(QueryHistory history, long requestTimeMillis, float[] encoded) {
    EncodedHistory known = kept.of(history);
    int from = known.advanceTo(history);
    int count = history.length() - from;
    int width = weights.width();
    float scale = (float) Math.sqrt(width);
    for (int i = 0; i < count * width; i++) {
      rows[i] = history.vectors()[from * width + i] * scale;
    }
    if (buckets != null) {
      readGaps(buckets, history, from, requestTimeMillis);
    }
    for (int block = 0; block < weights.blocks().size(); block++) {
      boolean served = block == weights.blocks().size() - 1;
      run(
          weights.blocks().get(block),
          known.keys(block),
          known.values(block),
          known.capacity(),
          from,
          count,
          served ? count - 1 : 0);
    }
    normalise(rows, (count - 1) * width, encoded, 0);
  }

  /**
   * One block over {@code count} rows from event {@code from}; only those from {@code wanted} on
   * are replaced by the block's output, of the others the keys and values are all that is needed.
   */
  private void run(
      HstuWeights.Block block,
      float[] keys,
      float[] values,
      int capacity,
      int from,
      int count,
      int wanted) {
    int width = weights.width();
    for (int row = 0; row < count; row++) {
      normalise(rows, row * width, normal, row * width);
    }
    block.stateInput().multiply(normal, width, count, block.stateBias(), state, 0, 2 * width);
    SimdMath.silu(state, count * 2 * width);
    for (int row = 0; row < count; row++) {
      int event = from + row;
      System.arraycopy(state, row * 2 * width, values, event * width, width);
      for (int d = 0; d < width; d++) {
        keys[d * capacity + event] = state[row * 2 * width + width + d];
      }
    }
    if (wanted > 0) {
      System.arraycopy(normal, wanted * width, normal, 0, (count - wanted) * width);
    }
    int made = count - wanted;
    block.rowInput().multiply(normal, width, made, block.rowBias(), own, 0, 2 * width);
    SimdMath.silu(own, made * 2 * width);
    for (int row = 0; row < made; row++) {
      int event = from + wanted + row;
      readBias(block, event, (wanted + row) * capacityOfGaps());
      attend(keys, values, capacity, row, event);
      normalise(gathered, row * width, gathered, row * width);
      for (int d = 0; d < width; d += LANES) {
        FloatVector.fromArray(SPECIES, gathered, row * width + d)
            .mul(FloatVector.fromArray(SPECIES, own, row * 2 * width + d))
            .intoArray(gathered, row * width + d);
      }
    }
    block.output().multiply(gathered, width, made, block.outputBias(), normal, 0, width);
    for (int i = 0; i < made * width; i += LANES) {
      FloatVector.fromArray(SPECIES, normal, i)
          .add(FloatVector.fromArray(SPECIES, rows, wanted * width + i))
          .intoArray(rows, wanted * width + i);
    }
  }

  /** gathered[row] = Σ_j SiLU(q·k_j + bias_j) / N · v_j over the events up to {@code event}. */
  private void attend(float[] keys, float[] values, int capacity, int row, int event) {
    int width = weights.width();
    int headWidth = width / weights.heads();
    int events = (event + LANES) / LANES * LANES;
    int queries = row * 2 * width + width;
    for (int head = 0; head < weights.heads(); head++) {
      int first = head * headWidth;
      products(
          own, queries + first, keys, first * capacity, capacity, headWidth, bias, scores, events);
      SimdMath.silu(scores, events);
      weighted(scores, event + 1, values, first, width, headWidth, gathered, row * width + first);
    }
    float share = 1f / weights.maxHistory();
    for (int d = 0; d < width; d++) {
      gathered[row * width + d] *= share;
    }
  }

  /** out[j] = bias[j] + Σ_d query[d] · keys[d, j]. */
  private static void products(
      float[] query,
      int queryFrom,
      float[] keys,
      int keysFrom,
      int stride,
      int width,
      float[] bias,
      float[] out,
      int count) {
    int j = 0;
    for (; j + 4 * LANES <= count; j += 4 * LANES) {
      FloatVector a = FloatVector.fromArray(SPECIES, bias, j);
      FloatVector b = FloatVector.fromArray(SPECIES, bias, j + LANES);
      FloatVector c = FloatVector.fromArray(SPECIES, bias, j + 2 * LANES);
      FloatVector e = FloatVector.fromArray(SPECIES, bias, j + 3 * LANES);
      for (int d = 0; d < width; d++) {
        int at = keysFrom + d * stride + j;
        FloatVector q = FloatVector.broadcast(SPECIES, query[queryFrom + d]);
        a = FloatVector.fromArray(SPECIES, keys, at).fma(q, a);
        b = FloatVector.fromArray(SPECIES, keys, at + LANES).fma(q, b);
        c = FloatVector.fromArray(SPECIES, keys, at + 2 * LANES).fma(q, c);
        e = FloatVector.fromArray(SPECIES, keys, at + 3 * LANES).fma(q, e);
      }
      a.intoArray(out, j);
      b.intoArray(out, j + LANES);
      c.intoArray(out, j + 2 * LANES);
      e.intoArray(out, j + 3 * LANES);
    }
    for (; j < count; j += LANES) {
      FloatVector a = FloatVector.fromArray(SPECIES, bias, j);
      for (int d = 0; d < width; d++) {
        a =
            FloatVector.fromArray(SPECIES, keys, keysFrom + d * stride + j)
                .fma(FloatVector.broadcast(SPECIES, query[queryFrom + d]), a);
      }
      a.intoArray(out, j);
    }
  }

  /** out[d] = Σ_j shares[j] · values[j, d]. */
  private static void weighted(
      float[] shares,
      int count,
      float[] values,
      int valuesFrom,
      int stride,
      int width,
      float[] out,
      int outFrom) {
    int d = 0;
    for (; d + 2 * LANES <= width; d += 2 * LANES) {
      FloatVector a = FloatVector.zero(SPECIES);
      FloatVector b = a;
      for (int j = 0; j < count; j++) {
        FloatVector share = FloatVector.broadcast(SPECIES, shares[j]);
        int at = valuesFrom + j * stride + d;
        a = FloatVector.fromArray(SPECIES, values, at).fma(share, a);
        b = FloatVector.fromArray(SPECIES, values, at + LANES).fma(share, b);
      }
      a.intoArray(out, outFrom + d);
      b.intoArray(out, outFrom + d + LANES);
    }
    for (; d < width; d += LANES) {
      FloatVector a = FloatVector.zero(SPECIES);
      for (int j = 0; j < count; j++) {
        a =
            FloatVector.fromArray(SPECIES, values, valuesFrom + j * stride + d)
                .fma(FloatVector.broadcast(SPECIES, shares[j]), a);
      }
      a.intoArray(out, outFrom + d);
    }
  }

  /** The bias of an event's row by distance and time gap. */
  private void readBias(HstuWeights.Block block, int event, int gapsFrom) {
    System.arraycopy(block.distances(), weights.maxHistory() - 1 - event, bias, 0, event + 1);
    if (buckets != null) {
      for (int j = 0; j <= event; j++) {
        bias[j] += block.timeGaps()[gaps[gapsFrom + j]];
      }
    }
  }

  /** The buckets of the gap from each event to the one after the row's, or to the request. */
  private void readGaps(
      TimeBuckets starts, QueryHistory history, int from, long requestTimeMillis) {
    long[] times = history.timestamps();
    for (int event = from; event < history.length(); event++) {
      long next = event + 1 < history.length() ? times[event + 1] : requestTimeMillis;
      int row = (event - from) * capacityOfGaps();
      int bucket = 0;
      for (int j = event; j >= 0; j--) {
        bucket = starts.bucket(next - times[j], weights.timeBuckets(), bucket);
        gaps[row + j] = (byte) bucket;
      }
    }
  }

  private int capacityOfGaps() {
    return scores.length;
  }

  /** out = (in - mean) / √(variance + ε) over one row. */
  private void normalise(float[] in, int from, float[] out, int to) {
    int width = weights.width();
    FloatVector total = FloatVector.zero(SPECIES);
    for (int d = 0; d < width; d += LANES) {
      total = total.add(FloatVector.fromArray(SPECIES, in, from + d));
    }
    float mean = sum(total) / width;
    FloatVector squares = FloatVector.zero(SPECIES);
    for (int d = 0; d < width; d += LANES) {
      FloatVector centred = FloatVector.fromArray(SPECIES, in, from + d).sub(mean);
      squares = centred.fma(centred, squares);
    }
    float variance = sum(squares) / width;
    float scale = (float) (1 / Math.sqrt(variance + NORM_EPSILON));
    for (int d = 0; d < width; d += LANES) {
      FloatVector.fromArray(SPECIES, in, from + d).sub(mean).mul(scale).intoArray(out, to + d);
    }
  }

  /** In one order always: the order of a reduction by the JDK depends on how it was compiled. */
  private float sum(FloatVector vector) {
    vector.intoArray(lanes, 0);
    for (int half = LANES / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        lanes[i] += lanes[i + half];
      }
    }
    return lanes[0];
  }
}
