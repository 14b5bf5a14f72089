package dev.molstream.training.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.training.batch.Negatives;
import dev.molstream.training.network.Tensors;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class OwnNegativesTest {
  private static final int POSITIONS = 3;
  private static final int ITEMS = 200;
  private static final int DIMENSION = 6;
  private static final long[] LABELS = {5, 5, 17};

  private final SplittableRandom random = new SplittableRandom(4);
  private final float[] queries = gaussians(POSITIONS * DIMENSION);
  private final float[] items = gaussians(ITEMS * DIMENSION);
  private final Negatives sample = sample();

  @Test
  void estimateTheSumOverAllOtherItemsWhateverTheScores() {
    float[] scores = gaussians(POSITIONS * ITEMS);
    double[] sums = new double[POSITIONS];
    int draws = 4000;

    for (int draw = 0; draw < draws; draw++) {
      OwnNegatives drawn = draw(20, 0.25);
      for (int position = 0; position < POSITIONS; position++) {
        sums[position] += sum(drawn, position, scores) / draws;
      }
    }

    for (int position = 0; position < POSITIONS; position++) {
      double all = sumOfAll(position, scores);
      assertThat(sums[position]).isCloseTo(all, within(0.03 * all));
    }
  }

  @Test
  void needNoLuckWhereTheScoresAreThoseTheyWereDrawnBy() {
    float[] scores = new float[POSITIONS * ITEMS];
    for (int position = 0; position < POSITIONS; position++) {
      for (int item = 0; item < ITEMS; item++) {
        for (int k = 0; k < DIMENSION; k++) {
          scores[position * ITEMS + item] +=
              queries[position * DIMENSION + k] * items[item * DIMENSION + k];
        }
      }
    }

    OwnNegatives drawn = draw(8, 0);

    for (int position = 0; position < POSITIONS; position++) {
      double all = sumOfAll(position, scores);
      assertThat(sum(drawn, position, scores)).isCloseTo(all, within(1e-4 * all));
    }
  }

  @Test
  void areDifferentItemsAndNeverTheOneThatCameNext() {
    for (int draw = 0; draw < 50; draw++) {
      OwnNegatives drawn = draw(60, 0.5);
      for (int position = 0; position < POSITIONS; position++) {
        int first = position * drawn.count();
        int there = 0;
        while (there < drawn.count() && drawn.logWeights()[first + there] > -100) {
          there++;
        }
        long[] places = Arrays.copyOfRange(drawn.places(), first, first + there);
        assertThat(there).isBetween(10, 60);
        assertThat(places).doesNotHaveDuplicates().doesNotContain(LABELS[position]);
        assertThat(Arrays.copyOfRange(drawn.logWeights(), first + there, first + drawn.count()))
            .containsOnly(Float.NEGATIVE_INFINITY);
      }
    }
  }

  @Test
  void countAsThemselvesWhenTheyAreNotCorrected() {
    OwnNegatives plain = draw(150, 1).uncorrected();

    assertThat(plain.logWeights()).containsOnly(0, Float.NEGATIVE_INFINITY);
  }

  private OwnNegatives draw(int count, double uniformShare) {
    try (var _ = new PointerScope()) {
      Tensor q = Tensors.of(queries, POSITIONS, DIMENSION);
      Tensor g = Tensors.of(items, ITEMS, DIMENSION);
      return OwnNegatives.draw(q, g, LABELS, sample, count, uniformShare, random);
    }
  }

  private static double sum(OwnNegatives drawn, int position, float[] scores) {
    double sum = 0;
    for (int i = position * drawn.count(); i < (position + 1) * drawn.count(); i++) {
      int item = (int) drawn.places()[i];
      sum += Math.exp(scores[position * ITEMS + item] + drawn.logWeights()[i]);
    }
    return sum;
  }

  /** Over the sample, each item as often as it stands for. */
  private double sumOfAll(int position, float[] scores) {
    double sum = 0;
    for (int item = 0; item < ITEMS; item++) {
      if (item != LABELS[position]) {
        sum += Math.exp(scores[position * ITEMS + item] + sample.logShares()[item]);
      }
    }
    return sum;
  }

  /** All items, that stand for one to three. */
  private static Negatives sample() {
    long[] places = new long[ITEMS];
    float[] logShares = new float[ITEMS];
    for (int item = 0; item < ITEMS; item++) {
      places[item] = item;
      logShares[item] = (float) Math.log(1 + item % 3);
    }
    return new Negatives(places, logShares);
  }

  private float[] gaussians(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
