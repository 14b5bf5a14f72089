package dev.molstream.training.mixture;

import dev.molstream.retrieval.kernel.SimdMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * What happens to the logits and gates of {@link #PAIRS} pairs between the matrix products. Tables
 * are [rows][PAIRS]: lanes are pairs.
 *
 * <p>Numbers nearer to 0 than {@link #NOTHING} become 0, and shares less than e^{@link #LEAST} of
 * the greatest become that: products of them would be subnormal, which costs a hundred times as
 * much.
 */
final class PairMath {
  private static final VectorSpecies<Float> SPECIES = SimdMath.SPECIES;
  private static final VectorSpecies<Integer> INTS = SPECIES.withLanes(int.class);
  private static final int LANES = SPECIES.length();

  /** Pairs of a table: as many as a tile of a matrix product has columns. */
  static final int PAIRS = 4 * LANES;

  /** The least logarithm of a share of the greatest. */
  static final float LEAST = -30f;

  private static final float NOTHING = 1e-18f;

  /** The least sum that kept gates are divided by. */
  private static final float LEAST_SUM = 1e-6f;

  // MurmurHash3's 32-bit finalizer, and the golden ratio to tell logits apart.
  private static final int FIRST_FACTOR = 0x85ebca6b;
  private static final int SECOND_FACTOR = 0xc2b2ae35;
  private static final int LOGIT_STEP = 0x9e3779b9;

  private static final int[] NUMBERS = numbers(PAIRS, 1);
  private static final int[] ROWS = numbers(LANES, PAIRS);

  private PairMath() {}

  private static int[] numbers(int count, int step) {
    int[] numbers = new int[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = i * step;
    }
    return numbers;
  }

  /** How many of 2³¹ numbers {@link #isDropped} takes for dropped. */
  static int threshold(double rate) {
    return (int) Math.round(rate * (1L << 31));
  }

  /** Whether {@link #mix} drops a logit's gate: one coin per key of a pair and logit. */
  static boolean isDropped(int key, int logit, int threshold) {
    return (hash(hash(key) + logit * LOGIT_STEP) >>> 1) < threshold;
  }

  static int hash(int value) {
    int hash = (value ^ value >>> 16) * FIRST_FACTOR;
    hash = (hash ^ hash >>> 13) * SECOND_FACTOR;
    return hash ^ hash >>> 16;
  }

  /** Each row becomes its bias. */
  static void fillRows(float[] bias, float[] table, int rows) {
    for (int row = 0; row < rows; row++) {
      FloatVector value = FloatVector.broadcast(SPECIES, bias[row]);
      for (int i = row * PAIRS; i < (row + 1) * PAIRS; i += LANES) {
        value.intoArray(table, i);
      }
    }
  }

  /** gates = a ⊙ b + bias, where a is the query's gate. */
  static void outerGates(float[] a, int aFrom, float[] b, float[] bias, float[] gates, int logits) {
    for (int p = 0; p < logits; p++) {
      FloatVector query = FloatVector.broadcast(SPECIES, a[aFrom + p]);
      FloatVector start = FloatVector.broadcast(SPECIES, bias[p]);
      for (int i = p * PAIRS; i < (p + 1) * PAIRS; i += LANES) {
        FloatVector.fromArray(SPECIES, b, i).fma(query, start).intoArray(gates, i);
      }
    }
  }

  /** gates = max(gates - the pair's greatest gate, {@link #LEAST}). */
  static void shiftBelowGreatest(float[] gates, int logits) {
    for (int i = 0; i < PAIRS; i += LANES) {
      FloatVector greatest = FloatVector.fromArray(SPECIES, gates, i);
      for (int p = 1; p < logits; p++) {
        greatest = greatest.max(FloatVector.fromArray(SPECIES, gates, p * PAIRS + i));
      }
      for (int p = 0; p < logits; p++) {
        FloatVector.fromArray(SPECIES, gates, p * PAIRS + i)
            .sub(greatest)
            .max(LEAST)
            .intoArray(gates, p * PAIRS + i);
      }
    }
  }

  /**
   * Drops gates, and scores.
   *
   * @param gates e^gate; those that are dropped become negative
   * @param firstKey key of the first pair, those of the others follow
   * @param scores receives Σ kept·logit / max(Σ kept, 1e-6·Σ gate)
   * @param kept receives 1 / max(…): a kept gate's weight is so much times it
   * @param free receives the same, or 0 where the sum is held at its least
   * @param held receives 0, or 1 / Σ gate where the sum is held at its least
   */
  static void mix(
      float[] gates,
      float[] logits,
      int count,
      int firstKey,
      int threshold,
      float[] scores,
      int scoreFrom,
      float[] kept,
      float[] free,
      float[] held) {
    for (int i = 0; i < PAIRS; i += LANES) {
      IntVector key = IntVector.fromArray(INTS, NUMBERS, i).add(firstKey);
      key = key.lanewise(VectorOperators.XOR, key.lanewise(VectorOperators.LSHR, 16));
      key = key.mul(FIRST_FACTOR);
      key = key.lanewise(VectorOperators.XOR, key.lanewise(VectorOperators.LSHR, 13));
      key = key.mul(SECOND_FACTOR);
      key = key.lanewise(VectorOperators.XOR, key.lanewise(VectorOperators.LSHR, 16));
      FloatVector all = FloatVector.zero(SPECIES);
      FloatVector sum = FloatVector.zero(SPECIES);
      FloatVector weighted = FloatVector.zero(SPECIES);
      for (int p = 0; p < count; p++) {
        IntVector coin = key.lanewise(VectorOperators.XOR, key.lanewise(VectorOperators.LSHR, 16));
        coin = coin.mul(FIRST_FACTOR);
        coin = coin.lanewise(VectorOperators.XOR, coin.lanewise(VectorOperators.LSHR, 13));
        coin = coin.mul(SECOND_FACTOR);
        coin = coin.lanewise(VectorOperators.XOR, coin.lanewise(VectorOperators.LSHR, 16));
        key = key.add(LOGIT_STEP);
        FloatVector gate = FloatVector.fromArray(SPECIES, gates, p * PAIRS + i);
        all = all.add(gate);
        // The difference is negative where the gate is dropped; its sign becomes the gate's.
        gate =
            coin.lanewise(VectorOperators.LSHR, 1)
                .sub(threshold)
                .lanewise(VectorOperators.AND, Integer.MIN_VALUE)
                .lanewise(VectorOperators.OR, gate.reinterpretAsInts())
                .reinterpretAsFloats();
        gate.intoArray(gates, p * PAIRS + i);
        FloatVector open = gate.max(0);
        sum = sum.add(open);
        weighted = open.fma(FloatVector.fromArray(SPECIES, logits, p * PAIRS + i), weighted);
      }
      FloatVector one = FloatVector.broadcast(SPECIES, 1f);
      FloatVector least = all.mul(LEAST_SUM);
      VectorMask<Float> isHeld = sum.lt(least);
      FloatVector share = one.div(sum.max(least));
      share.intoArray(kept, i);
      share.blend(0, isHeld).intoArray(free, i);
      FloatVector.zero(SPECIES).blend(one.div(all), isHeld).intoArray(held, i);
      weighted.mul(share).intoArray(scores, scoreFrom + i);
    }
  }

  /**
   * The gradients of logits (as far as the mixture goes) and of gates before SiLU.
   *
   * @param gates as {@link #mix} left them
   * @param gateSlopes SiLU′
   * @param scoreSlopes the gradient of the scores, like them from {@code scoreFrom}
   */
  static void mixSlopes(
      float[] gates,
      float[] logits,
      float[] gateSlopes,
      int count,
      float[] scores,
      float[] scoreSlopes,
      int scoreFrom,
      float[] kept,
      float[] free,
      float[] held,
      float[] ofLogits,
      float[] ofGates) {
    for (int i = 0; i < PAIRS; i += LANES) {
      FloatVector slope = FloatVector.fromArray(SPECIES, scoreSlopes, scoreFrom + i);
      FloatVector mean = FloatVector.fromArray(SPECIES, scores, scoreFrom + i).mul(slope);
      FloatVector share = FloatVector.fromArray(SPECIES, kept, i);
      FloatVector freeMean = FloatVector.fromArray(SPECIES, free, i).mul(mean);
      FloatVector heldMean = FloatVector.fromArray(SPECIES, held, i).mul(mean);
      for (int p = 0; p < count; p++) {
        int at = p * PAIRS + i;
        FloatVector gate = FloatVector.fromArray(SPECIES, gates, at);
        FloatVector open = gate.max(0);
        FloatVector ofLogit = open.mul(share).mul(slope);
        ofLogit.blend(0, ofLogit.abs().lt(NOTHING)).intoArray(ofLogits, at);
        FloatVector ofGate = ofLogit.mul(FloatVector.fromArray(SPECIES, logits, at));
        ofGate = ofGate.sub(open.mul(freeMean)).sub(gate.abs().mul(heldMean));
        ofGate = ofGate.blend(0, ofGate.abs().lt(NOTHING));
        ofGate = ofGate.mul(FloatVector.fromArray(SPECIES, gateSlopes, at));
        ofGate.blend(0, ofGate.abs().lt(NOTHING)).intoArray(ofGates, at);
      }
    }
  }

  /**
   * values = values ⊙ slopes; each row is added to {@code sums}, lane by lane.
   *
   * @param sums a vector per row
   */
  static void timesSlopes(float[] values, float[] slopes, float[] sums, int rows) {
    for (int row = 0; row < rows; row++) {
      FloatVector sum = FloatVector.fromArray(SPECIES, sums, row * LANES);
      for (int i = row * PAIRS; i < (row + 1) * PAIRS; i += LANES) {
        FloatVector value = FloatVector.fromArray(SPECIES, values, i);
        value = value.blend(0, value.abs().lt(NOTHING));
        value = value.mul(FloatVector.fromArray(SPECIES, slopes, i));
        value = value.blend(0, value.abs().lt(NOTHING));
        value.intoArray(values, i);
        sum = sum.add(value);
      }
      sum.intoArray(sums, row * LANES);
    }
  }

  /** The sum of what {@link #timesSlopes} added to a row's vector. */
  static float sumOfLanes(float[] sums, int row) {
    float sum = 0;
    for (int lane = 0; lane < LANES; lane++) {
      sum += sums[row * LANES + lane];
    }
    return sum;
  }

  /**
   * The gradients of the gates' parts, for pairs of one query.
   *
   * @param slopes of a ⊙ b + c, a row of whole vectors per pair
   * @param a the query's gate
   * @param b the items' gates, in rows like {@code slopes}
   * @param ofA has the query's gradient added
   * @param ofB has the items' gradients added
   * @param ofBias has the slopes added
   * @param rowStride from pair to pair
   */
  static void outerSlopes(
      float[] slopes,
      float[] a,
      int aFrom,
      float[] b,
      float[] ofA,
      float[] ofB,
      float[] ofBias,
      int pairs,
      int rowStride) {
    for (int p = 0; p < rowStride; p += LANES) {
      FloatVector query = FloatVector.fromArray(SPECIES, a, aFrom + p);
      FloatVector ofQuery = FloatVector.fromArray(SPECIES, ofA, aFrom + p);
      FloatVector sum = FloatVector.fromArray(SPECIES, ofBias, p);
      for (int i = p; i < pairs * rowStride; i += rowStride) {
        FloatVector slope = FloatVector.fromArray(SPECIES, slopes, i);
        sum = sum.add(slope);
        ofQuery = slope.fma(FloatVector.fromArray(SPECIES, b, i), ofQuery);
        slope.fma(query, FloatVector.fromArray(SPECIES, ofB, i)).intoArray(ofB, i);
      }
      ofQuery.intoArray(ofA, aFrom + p);
      sum.intoArray(ofBias, p);
    }
  }

  /** out[i][p] = table[p][i]: a row of whole vectors per pair. */
  static void transpose(float[] table, float[] out, int pairs, int rowStride) {
    for (int p = 0; p < rowStride; p += LANES) {
      for (int i = 0; i < pairs; i++) {
        FloatVector.fromArray(SPECIES, table, p * PAIRS + i, ROWS, 0)
            .intoArray(out, i * rowStride + p);
      }
    }
  }
}
