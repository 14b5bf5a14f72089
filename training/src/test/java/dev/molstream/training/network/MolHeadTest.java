package dev.molstream.training.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.retrieval.MolShape;
import dev.molstream.training.loss.MutualInformationLoss;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MolHeadTest {
  private static final MolShape SHAPE = new MolShape(6, 3, 2, 4, 5, 0.5f);
  private static final int QUERIES = 3;
  private static final int ITEMS = 4;

  private final Parameters parameters = new Parameters(new SplittableRandom(5));
  private final MolHead head = new MolHead(network(), parameters);
  private final float[] encoded = random(QUERIES * 6, 1);
  private final float[] base = random(ITEMS * 6, 2);

  /** Gates begin equal; here they are to matter. */
  @BeforeEach
  void learnSomeGates() {
    for (Tensor parameter : parameters.all()) {
      float[] values = Tensors.floats(parameter);
      if (Arrays.equals(values, new float[values.length])) {
        float[] noise = random(values.length, 9);
        for (int i = 0; i < noise.length; i++) {
          noise[i] *= 0.3f;
        }
        Tensors.overwrite(parameter, noise);
      }
    }
  }

  @AfterEach
  void close() {
    parameters.close();
  }

  @Test
  void scoresLieBetweenTheLeastAndTheGreatestLogitAndPairsAgreeWithTheTable() {
    try (var _ = new PointerScope()) {
      Inputs in = inputs();
      float[] table =
          Tensors.floats(head.scoreAll(in.f(), in.a(), in.g(), in.b(), Dropout.off()).scores());
      float[] pairs =
          Tensors.floats(
              head.scorePairs(
                      in.f(),
                      in.a(),
                      in.g().narrow(0, 0, QUERIES),
                      in.b().narrow(0, 0, QUERIES),
                      Dropout.off())
                  .scores());
      float[] f = Tensors.floats(in.f());
      float[] g = Tensors.floats(in.g());
      for (int query = 0; query < QUERIES; query++) {
        assertThat(pairs[query]).isCloseTo(table[query * ITEMS + query], within(1e-5f));
        for (int item = 0; item < ITEMS; item++) {
          double[] logits = logits(f, query, g, item);
          assertThat((double) table[query * ITEMS + item])
              .isBetween(min(logits) - 1e-5, max(logits) + 1e-5);
        }
      }
    }
  }

  @Test
  void agreesWithTheFormulaWrittenOut() {
    try (var _ = new PointerScope()) {
      Inputs in = inputs();
      float[] scores =
          Tensors.floats(head.scoreAll(in.f(), in.a(), in.g(), in.b(), Dropout.off()).scores());
      for (int query = 0; query < QUERIES; query++) {
        for (int item = 0; item < ITEMS; item++) {
          assertThat((double) scores[query * ITEMS + item])
              .isCloseTo(score(in, query, item), within(1e-4));
        }
      }
    }
  }

  @Test
  void beginsWithEqualGatesSoThatTheMixtureIsTheAverage() {
    try (var _ = new PointerScope();
        Parameters fresh = new Parameters(new SplittableRandom(6))) {
      MolHead untrained = new MolHead(network(), fresh);
      Tensor queries = Tensors.of(encoded, QUERIES, 6);
      Tensor items = Tensors.of(base, ITEMS, 6);
      Tensor f = untrained.queryComponents(queries, null, Dropout.off());
      Tensor g = untrained.itemComponents(items);
      float[] mixture =
          Tensors.floats(
              untrained
                  .scoreAll(
                      f, untrained.queryGate(queries), g, untrained.itemGate(items), Dropout.off())
                  .scores());

      assertThat(mixture)
          .usingComparatorWithPrecision(1e-5f)
          .containsExactly(Tensors.floats(untrained.scoreAveraged(f, g)));
    }
  }

  @Test
  void averagedScoreIsTheMeanOfTheLogits() {
    try (var _ = new PointerScope()) {
      Inputs in = inputs();
      float[] averaged = Tensors.floats(head.scoreAveraged(in.f(), in.g()));
      float[] logits = Tensors.floats(in.f());
      float[] items = Tensors.floats(in.g());
      for (int query = 0; query < QUERIES; query++) {
        for (int item = 0; item < ITEMS; item++) {
          double mean = 0;
          for (double logit : logits(logits, query, items, item)) {
            mean += logit / SHAPE.logits();
          }
          assertThat((double) averaged[query * ITEMS + item]).isCloseTo(mean, within(1e-5));
        }
      }
    }
  }

  @Test
  void gradientsAgreeWithFiniteDifferences() {
    List<Tensor> all = parameters.all();
    float[][] gradients = gradients(all);
    float step = 5e-3f;
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 0; i < all.size(); i++) {
      float[] values = Tensors.floats(all.get(i));
      for (int check = 0; check < 3; check++) {
        int at = random.nextInt(values.length);
        double up = lossWith(all.get(i), values, at, step);
        double down = lossWith(all.get(i), values, at, -step);
        double expected = (up - down) / (2 * step);
        assertThat((double) gradients[i][at])
            .as("parameter %d at %d", i, at)
            .isCloseTo(expected, within(2e-3 + 0.02 * Math.abs(expected)));
      }
    }
  }

  private float[][] gradients(List<Tensor> all) {
    try (var _ = new PointerScope()) {
      TensorVector wanted = new TensorVector();
      all.forEach(wanted::push_back);
      TensorVector found =
          torch.grad(
              new TensorVector(loss()),
              wanted,
              new TensorVector(),
              new BoolOptional(),
              false,
              false);
      float[][] gradients = new float[all.size()][];
      for (int i = 0; i < gradients.length; i++) {
        gradients[i] = Tensors.floats(found.get(i));
      }
      return gradients;
    }
  }

  private double lossWith(Tensor parameter, float[] values, int at, float change) {
    float[] changed = values.clone();
    changed[at] += change;
    Tensors.overwrite(parameter, changed);
    try (var _ = new PointerScope()) {
      return Tensors.value(loss());
    } finally {
      Tensors.overwrite(parameter, values);
    }
  }

  @Test
  void gatesBeginEqualOrAtRandom() {
    try (Parameters equal = new Parameters(new SplittableRandom(5));
        Parameters random = new Parameters(new SplittableRandom(5));
        var _ = new PointerScope()) {
      float[] even = new float[SHAPE.logits()];
      Arrays.fill(even, 1f / SHAPE.logits());
      assertThat(gatesOfOneQuery(new MolHead(network(true), equal)))
          .containsExactly(even, within(1e-6f));
      assertThat(gatesOfOneQuery(new MolHead(network(false), random)))
          .satisfies(gates -> assertThat(greatest(gates)).isGreaterThan(1.1f / SHAPE.logits()));
    }
  }

  private static float greatest(float[] gates) {
    float greatest = 0;
    for (float gate : gates) {
      greatest = Math.max(greatest, gate);
    }
    return greatest;
  }

  private float[] gatesOfOneQuery(MolHead fresh) {
    Tensor query = Tensors.of(Arrays.copyOf(encoded, 6), 1, 6);
    Tensor item = Tensors.of(Arrays.copyOf(base, 6), 1, 6);
    return Tensors.floats(
        fresh
            .scorePairs(
                fresh.queryComponents(query, null, Dropout.off()),
                fresh.queryGate(query),
                fresh.itemComponents(item),
                fresh.itemGate(item),
                Dropout.off())
            .gates());
  }

  /** Uses every output: squared scores and the balance of the gates. */
  private Tensor loss() {
    Inputs in = inputs();
    MolHead.Scored scored = head.scoreAll(in.f(), in.a(), in.g(), in.b(), Dropout.off());
    return scored
        .scores()
        .mul(scored.scores())
        .sum()
        .add(MutualInformationLoss.of(scored.gates()).mul(new Scalar(3f)));
  }

  private static NetworkShape network() {
    return network(true);
  }

  private static NetworkShape network(boolean equalGates) {
    return new NetworkShape(
        SHAPE,
        EncoderKind.HSTU,
        new EncoderShape(SHAPE.baseDimension(), 1, 1, 4, 0, 0),
        7,
        GatedUnit.SWIGLU,
        0,
        ITEMS,
        2,
        false,
        0,
        equalGates);
  }

  private record Inputs(Tensor f, Tensor a, Tensor g, Tensor b) {}

  private Inputs inputs() {
    Tensor queries = Tensors.of(encoded, QUERIES, 6);
    Tensor items = Tensors.of(base, ITEMS, 6);
    return new Inputs(
        head.queryComponents(queries, null, Dropout.off()),
        head.queryGate(queries),
        head.itemComponents(items),
        head.itemGate(items));
  }

  /** The paper's formula, one pair, in double precision. */
  private double score(Inputs in, int query, int item) {
    int count = SHAPE.logits();
    double[] logits = logits(Tensors.floats(in.f()), query, Tensors.floats(in.g()), item);
    float[] a = Tensors.floats(in.a());
    float[] b = Tensors.floats(in.b());
    float[] w1 = parameters.values("gate.hidden.weight");
    float[] b1 = parameters.values("gate.hidden.bias");
    float[] w2 = parameters.values("gate.output.weight");
    float[] b2 = parameters.values("gate.output.bias");
    double[] hidden = new double[SHAPE.gateHidden()];
    for (int h = 0; h < hidden.length; h++) {
      double sum = b1[h];
      for (int p = 0; p < count; p++) {
        sum += w1[h * count + p] * logits[p];
      }
      hidden[h] = silu(sum);
    }
    double total = 0;
    double weighted = 0;
    for (int p = 0; p < count; p++) {
      double cross = b2[p];
      for (int h = 0; h < hidden.length; h++) {
        cross += w2[p * hidden.length + h] * hidden[h];
      }
      double weight = Math.exp(silu(a[query * count + p] * b[item * count + p] + cross));
      total += weight;
      weighted += weight * logits[p];
    }
    return weighted / total;
  }

  private static double[] logits(float[] f, int query, float[] g, int item) {
    double[] logits = new double[SHAPE.logits()];
    int d = SHAPE.componentDimension();
    for (int n = 0; n < SHAPE.queryComponents(); n++) {
      for (int m = 0; m < SHAPE.itemComponents(); m++) {
        double dot = 0;
        for (int i = 0; i < d; i++) {
          dot +=
              f[(query * SHAPE.queryComponents() + n) * d + i]
                  * g[(item * SHAPE.itemComponents() + m) * d + i];
        }
        logits[n * SHAPE.itemComponents() + m] = dot / SHAPE.temperature();
      }
    }
    return logits;
  }

  private static double silu(double x) {
    return x / (1 + Math.exp(-x));
  }

  private static double min(double... values) {
    return Arrays.stream(values).min().orElseThrow();
  }

  private static double max(double... values) {
    return Arrays.stream(values).max().orElseThrow();
  }

  private static float[] random(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
