package dev.molstream.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.model.QueryHistory;
import dev.molstream.model.TrainedWeights;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a plain reading of the formula, in doubles and from the first event on. */
class HstuEncoderTest {
  private static final int WIDTH = 32;
  private static final int HEADS = 2;
  private static final int BLOCKS = 3;
  private static final int LONGEST = 40;
  private static final long NOW = 1_700_000_000_000L;

  private final RandomGenerator random = new Random(7);

  @ParameterizedTest
  @CsvSource({"1, 0", "2, 9", "15, 0", "16, 9", "17, 9", "31, 0", "33, 9", "40, 9"})
  void givesWhatTheFormulaSays(int events, int timeBuckets) {
    TrainedWeights weights = weights(timeBuckets);
    QueryHistory history = history(events);
    float[] encoded = new float[WIDTH];

    encoder(weights, 0).encode(history, NOW, encoded);

    assertClose(encoded, plain(weights, timeBuckets, history));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 9})
  void goesOnFromWhatItKeptToTheSameBitsAsFromTheStart(int timeBuckets) {
    TrainedWeights weights = weights(timeBuckets);
    HstuEncoder going = encoder(weights, 1 << 20);
    QueryHistory history = history(0);
    float[] gone = new float[WIDTH];
    float[] fresh = new float[WIDTH];

    for (int step = 0; step < 200; step++) {
      change(history, step);
      long time = NOW + 1_000L * step;
      going.encode(history, time, gone);
      encoder(weights, 0).encode(history, time, fresh);

      assertThat(gone).as("step %d, %s", step, history).isEqualTo(fresh);
    }
  }

  @Test
  void keepsUsersApartWithinItsMemory() {
    TrainedWeights weights = weights(0);
    HstuEncoder small = encoder(weights, 3 * EncodedHistory.bytes(packed(weights), 32));
    float[] known = new float[WIDTH];
    float[] fresh = new float[WIDTH];

    for (int i = 0; i < 100; i++) {
      QueryHistory history = history(1 + random.nextInt(LONGEST));
      history.belongTo("user " + i % 7);
      small.encode(history, NOW, known);
      encoder(weights, 0).encode(history, NOW, fresh);

      assertThat(known).isEqualTo(fresh);
    }
  }

  @Test
  void refusesWeightsThatAreNotThere() {
    Map<String, float[]> values = new HashMap<>(weights(0).values());
    values.remove("encoder.1.distance");
    TrainedWeights weights = new TrainedWeights(weights(0).recipe(), values, Map.of());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> encoder(weights, 0))
        .withMessage("there is no tensor encoder.1.distance");
  }

  @Test
  void refusesWeightsOfAnotherSize() {
    Map<String, float[]> values = new HashMap<>(weights(0).values());
    values.put("encoder.2.output.bias", new float[5]);
    TrainedWeights weights = new TrainedWeights(weights(0).recipe(), values, Map.of());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> encoder(weights, 0))
        .withMessage("tensor encoder.2.output.bias has 5 numbers, valid are 32");
  }

  @Test
  void leavesWhatIsNotWholeVectorsToTheGraph() {
    TrainedWeights weights =
        new TrainedWeights(
            Map.of("blocks", "1", "heads", "8"), weights(0).values(), weights(0).shapes());

    assertThat(HstuEncoder.of(weights, WIDTH, LONGEST, 0)).isNull();
  }

  /** Adds an event, exchanges one, starts anew, or slides when it is full. */
  private void change(QueryHistory history, int step) {
    int length = history.length();
    boolean full = length == LONGEST;
    if (full || step % 23 == 22) {
      QueryHistory before = copy(history, full ? 1 : 0);
      history.clear();
      history.belongTo("someone");
      int kept = full ? before.length() : random.nextInt(Math.max(1, length));
      for (int i = 0; i < kept; i++) {
        append(history, before, i);
      }
    }
    if (step % 5 != 4 || history.length() == 0) {
      append(history);
    }
  }

  private QueryHistory copy(QueryHistory history, int from) {
    QueryHistory copy = new QueryHistory(LONGEST, WIDTH);
    for (int i = from; i < history.length(); i++) {
      append(copy, history, i);
    }
    return copy;
  }

  private static void append(QueryHistory target, QueryHistory source, int event) {
    System.arraycopy(
        source.vectors(), event * WIDTH, target.vectors(), target.length() * WIDTH, WIDTH);
    target.append(source.actions()[event], source.timestamps()[event]);
  }

  private QueryHistory history(int events) {
    QueryHistory history = new QueryHistory(LONGEST, WIDTH);
    history.belongTo("someone");
    for (int i = 0; i < events; i++) {
      append(history);
    }
    return history;
  }

  private void append(QueryHistory history) {
    int from = history.length() * WIDTH;
    for (int d = 0; d < WIDTH; d++) {
      history.vectors()[from + d] = (float) random.nextGaussian() * 0.3f;
    }
    long time =
        history.length() == 0 ? NOW - 90_000_000L : history.timestamps()[history.length() - 1];
    history.append(1, time + random.nextInt(2_000_000));
  }

  private static HstuEncoder encoder(TrainedWeights weights, long keptBytes) {
    return Objects.requireNonNull(HstuEncoder.of(weights, WIDTH, LONGEST, keptBytes));
  }

  private static HstuWeights packed(TrainedWeights weights) {
    return HstuWeights.of(weights.values(), WIDTH, BLOCKS, HEADS, LONGEST, 0);
  }

  private static TrainedWeights weights(int timeBuckets) {
    RandomGenerator random = new Random(3);
    Map<String, float[]> values = new HashMap<>();
    Map<String, List<Integer>> shapes = new HashMap<>();
    for (int block = 0; block < BLOCKS; block++) {
      String name = "encoder." + block + ".";
      values.put(name + "input.weight", numbers(random, 4 * WIDTH * WIDTH));
      values.put(name + "input.bias", numbers(random, 4 * WIDTH));
      values.put(name + "distance", numbers(random, LONGEST));
      values.put(name + "time-gap", numbers(random, Math.max(1, timeBuckets)));
      values.put(name + "output.weight", numbers(random, WIDTH * WIDTH));
      values.put(name + "output.bias", numbers(random, WIDTH));
    }
    values.forEach((name, flat) -> shapes.put(name, List.of(flat.length)));
    return new TrainedWeights(
        Map.of(
            "blocks",
            Integer.toString(BLOCKS),
            "heads",
            Integer.toString(HEADS),
            "timeBuckets",
            Integer.toString(timeBuckets)),
        values,
        shapes);
  }

  private static float[] numbers(RandomGenerator random, int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian() * 0.3f;
    }
    return numbers;
  }

  private static void assertClose(float[] given, double[] wanted) {
    for (int d = 0; d < WIDTH; d++) {
      assertThat((double) given[d]).as("number %d", d).isCloseTo(wanted[d], within(2e-4));
    }
  }

  private static double[] plain(TrainedWeights weights, int timeBuckets, QueryHistory history) {
    int n = history.length();
    double[][] x = new double[n][WIDTH];
    for (int i = 0; i < n; i++) {
      for (int d = 0; d < WIDTH; d++) {
        x[i][d] = history.vectors()[i * WIDTH + d] * Math.sqrt(WIDTH);
      }
    }
    for (int block = 0; block < BLOCKS; block++) {
      x = plainBlock(weights.values(), "encoder." + block + ".", timeBuckets, history, x);
    }
    return norm(x[n - 1]);
  }

  private static double[][] plainBlock(
      Map<String, float[]> values,
      String name,
      int timeBuckets,
      QueryHistory history,
      double[][] x) {
    int n = x.length;
    double[][] mixed = new double[n][];
    for (int i = 0; i < n; i++) {
      mixed[i] = linear(values, name + "input", norm(x[i]), 4 * WIDTH);
      for (int d = 0; d < 4 * WIDTH; d++) {
        mixed[i][d] = silu(mixed[i][d]);
      }
    }
    double[][] out = new double[n][];
    for (int i = 0; i < n; i++) {
      double[] gathered = new double[WIDTH];
      for (int j = 0; j <= i; j++) {
        double bias = tensor(values, name + "distance")[i - j];
        if (timeBuckets > 0) {
          long next = i + 1 < n ? history.timestamps()[i + 1] : NOW;
          int bucket = TimeBuckets.bucket(next - history.timestamps()[j], timeBuckets);
          bias += tensor(values, name + "time-gap")[bucket];
        }
        for (int head = 0; head < HEADS; head++) {
          int from = head * WIDTH / HEADS;
          double product = bias;
          for (int d = from; d < from + WIDTH / HEADS; d++) {
            product += mixed[i][2 * WIDTH + d] * mixed[j][3 * WIDTH + d];
          }
          for (int d = from; d < from + WIDTH / HEADS; d++) {
            gathered[d] += silu(product) / LONGEST * mixed[j][WIDTH + d];
          }
        }
      }
      double[] gated = norm(gathered);
      for (int d = 0; d < WIDTH; d++) {
        gated[d] *= mixed[i][d];
      }
      out[i] = linear(values, name + "output", gated, WIDTH);
      for (int d = 0; d < WIDTH; d++) {
        out[i][d] += x[i][d];
      }
    }
    return out;
  }

  private static double[] linear(Map<String, float[]> values, String name, double[] in, int out) {
    float[] weight = tensor(values, name + ".weight");
    float[] bias = tensor(values, name + ".bias");
    double[] result = new double[out];
    for (int o = 0; o < out; o++) {
      result[o] = bias[o];
      for (int d = 0; d < in.length; d++) {
        result[o] += weight[o * in.length + d] * in[d];
      }
    }
    return result;
  }

  private static double[] norm(double[] row) {
    double mean = 0;
    for (double value : row) {
      mean += value / row.length;
    }
    double variance = 0;
    for (double value : row) {
      variance += (value - mean) * (value - mean) / row.length;
    }
    double[] out = new double[row.length];
    for (int d = 0; d < row.length; d++) {
      out[d] = (row[d] - mean) / Math.sqrt(variance + HstuEncoder.NORM_EPSILON);
    }
    return out;
  }

  private static double silu(double x) {
    return x / (1 + Math.exp(-x));
  }

  private static float[] tensor(Map<String, float[]> values, String name) {
    return Objects.requireNonNull(values.get(name));
  }
}
