package dev.molstream.training.mixture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.retrieval.MolShape;
import dev.molstream.training.loss.OwnNegatives;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of gradient against finite differences of {@link PlainMixtureLoss}. */
class MixtureLossTest {
  private static final float BALANCE = 20;
  private static final double STEP = 1e-5;
  private static final int CHECKS = 12;
  private static final int ITEMS = 9;

  private final SplittableRandom random = new SplittableRandom(8);

  @ParameterizedTest
  @CsvSource({
    "1, 2, 5, 3, 1, 1, 0.0",
    "3, 2, 5, 6, 4, 7, 0.0",
    "3, 2, 5, 6, 4, 7, 0.2",
    "2, 3, 17, 9, 5, 70, 0.2",
    "5, 4, 8, 33, 66, 20, 0.5",
  })
  void gradientsAgreeWithFiniteDifferences(
      int queryComponents,
      int itemComponents,
      int dimension,
      int hidden,
      int count,
      int sampled,
      double rate) {
    agree(
        new MolShape(1, queryComponents, itemComponents, dimension, hidden, 0.3f),
        count,
        sampled,
        GateDropout.of(rate, 1),
        1,
        BALANCE);
  }

  /** Gates so far apart that those left after dropout add up to less than their least sum. */
  @Test
  void gradientsAgreeWhereNextToNothingIsKept() {
    int held = agree(new MolShape(1, 2, 2, 4, 3, 0.3f), 40, 20, GateDropout.of(0.6, 2), 6, BALANCE);

    assertThat(held).isPositive();
  }

  @Test
  void dropsGatesAsOftenAsAskedAndIndependently() {
    int threshold = PairMath.threshold(0.2);
    int keys = 100_000;
    int dropped = 0;
    int withNextLogit = 0;
    int withNextPair = 0;
    for (int key = 0; key < keys; key++) {
      if (PairMath.isDropped(key, 3, threshold)) {
        dropped++;
        withNextLogit += PairMath.isDropped(key, 4, threshold) ? 1 : 0;
        withNextPair += PairMath.isDropped(key + 1, 3, threshold) ? 1 : 0;
      }
    }

    double deviation = Math.sqrt(0.2 * 0.8 / keys);
    assertThat((double) dropped / keys).isCloseTo(0.2, within(4 * deviation));
    assertThat((double) withNextLogit / keys).isCloseTo(0.04, within(4 * deviation));
    assertThat((double) withNextPair / keys).isCloseTo(0.04, within(4 * deviation));
    assertThat(PairMath.isDropped(7, 0, PairMath.threshold(0))).isFalse();
  }

  /** Checks, and returns how many positives' gates are held at their least sum. */
  private int agree(
      MolShape shape,
      int count,
      int sampled,
      GateDropout dropout,
      double gateScale,
      float balanceWeight) {
    // given
    int logits = shape.logits();
    float[][] inputs = {
      unit(count * shape.queryComponents(), shape.componentDimension()),
      gaussians(count * logits, gateScale),
      unit(count * shape.itemComponents(), shape.componentDimension()),
      gaussians(count * logits, gateScale),
      unit(ITEMS * shape.itemComponents(), shape.componentDimension()),
      gaussians(ITEMS * logits, gateScale),
      gaussians(shape.gateHidden() * logits, 0.5),
      gaussians(shape.gateHidden(), 0.5),
      gaussians(logits * shape.gateHidden(), 0.5),
      gaussians(logits, 0.5),
    };
    OwnNegatives sample =
        new OwnNegatives(
            sampled,
            random.longs((long) count * sampled, 0, ITEMS).toArray(),
            Examples.someAbsent(gaussians(count * sampled, 1.5), random));

    // when
    MixtureLoss loss =
        MixtureLoss.of(
            shape,
            new Vectors(inputs[0], inputs[1]),
            new Vectors(inputs[2], inputs[3]),
            new Vectors(inputs[4], inputs[5]),
            new GateWeights(inputs[6], inputs[7], inputs[8], inputs[9]),
            sample,
            dropout,
            balanceWeight);

    // then
    double[][] values = new double[inputs.length][];
    for (int i = 0; i < inputs.length; i++) {
      values[i] = doubles(inputs[i]);
    }
    double crossEntropy = new PlainMixtureLoss(shape, sample, dropout, 0).value(values);
    assertThat(loss.value()).isCloseTo(crossEntropy, within(1e-5 * (1 + crossEntropy)));
    PlainMixtureLoss plain = new PlainMixtureLoss(shape, sample, dropout, balanceWeight);
    for (int i = 0; i < inputs.length; i++) {
      float[] gradients = loss.gradients().get(i);
      assertThat(gradients).hasSameSizeAs(inputs[i]);
      double greatest = 0;
      for (float gradient : gradients) {
        greatest = Math.max(greatest, Math.abs(gradient));
      }
      assertThat(greatest).as("input %d has a gradient", i).isGreaterThan(1e-3);
      for (int check = 0; check < CHECKS; check++) {
        int at = random.nextInt(inputs[i].length);
        assertThat((double) gradients[at])
            .as("input %d at %d", i, at)
            .isCloseTo(slope(plain, values, i, at), within(1e-4 * greatest));
      }
    }
    return plain.held(values);
  }

  private static double slope(PlainMixtureLoss plain, double[][] values, int input, int at) {
    double value = values[input][at];
    values[input][at] = value + STEP;
    double up = plain.value(values);
    values[input][at] = value - STEP;
    double down = plain.value(values);
    values[input][at] = value;
    return (up - down) / (2 * STEP);
  }

  private float[] unit(int rows, int dimension) {
    float[] values = gaussians(rows * dimension, 1);
    for (int from = 0; from < values.length; from += dimension) {
      double squares = 0;
      for (int i = from; i < from + dimension; i++) {
        squares += values[i] * values[i];
      }
      for (int i = from; i < from + dimension; i++) {
        values[i] /= (float) Math.sqrt(squares);
      }
    }
    return values;
  }

  private float[] gaussians(int count, double deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
