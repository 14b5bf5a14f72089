package dev.molstream.retrieval.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.retrieval.Examples;
import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.kernel.ReferenceScorer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Local models against the reference scorer and its numerical derivatives. */
class LocalModelsTest {
  private final SplittableRandom random = new SplittableRandom(17);

  static Stream<Arguments> shapesAndCodes() {
    return Stream.of(
        Arguments.of(Examples.shape(1, 1, 1, 1), 1),
        Arguments.of(Examples.shape(1, 3, 2, 5), 6),
        Arguments.of(Examples.shape(2, 1, 7, 3), 5),
        Arguments.of(Examples.shape(3, 5, 15, 17), 20),
        Arguments.of(Examples.shape(4, 4, 16, 16), 64),
        Arguments.of(Examples.shape(8, 4, 9, 33), 35),
        Arguments.of(Examples.shape(33, 1, 4, 5), 3),
        Arguments.of(Examples.shape(2, 20, 3, 70), 40));
  }

  @ParameterizedTest
  @MethodSource("shapesAndCodes")
  void followTheScoreNearAnItem(MolShape shape, int dimension) {
    // given
    GatingNetwork gating = Examples.gating(shape, random, 1);
    ReferenceScorer reference = new ReferenceScorer(shape, gating);
    Projection projection = projection(shape, dimension);
    float[][] directions = ProjectionTest.decoder(projection, shape);
    LocalModels models = new LocalModels(shape, gating, projection);
    for (int count : new int[] {LocalModels.MOST, 1, 2, 7}) {
      MolItem[] items = new MolItem[count];
      float[] components = filledWithNan(LocalModels.MOST * shape.itemFloats());
      float[] gates = filledWithNan(LocalModels.MOST * shape.logits());
      float[] coordinates = filledWithNan(LocalModels.MOST * dimension);
      for (int i = 0; i < count; i++) {
        items[i] = Examples.item(shape, random, "item " + i);
        float[] own = new float[dimension];
        projection.project(items[i].components(), own);
        System.arraycopy(
            items[i].components(), 0, components, i * shape.itemFloats(), shape.itemFloats());
        System.arraycopy(items[i].gate(), 0, gates, i * shape.logits(), shape.logits());
        System.arraycopy(own, 0, coordinates, i * dimension, dimension);
      }
      MolQuery query = Examples.query(shape, random);
      int stride = models.weightStride();
      float[] weights = new float[LocalModels.MOST * stride];
      float[] offsets = new float[LocalModels.MOST];
      float[] scores = new float[LocalModels.MOST];

      // when
      models.prepare(query);
      models.at(count, components, gates, coordinates, weights, offsets, scores);

      // then
      for (int i = 0; i < count; i++) {
        String name = "shape %s, item %d of %d".formatted(shape, i, count);
        double atItem = offsets[i];
        for (int k = 0; k < dimension; k++) {
          atItem += (double) weights[i * stride + k] * coordinates[i * dimension + k];
          // The reference is a float of up to 20 that is off by some 1e-5: over steps of 0.005
          // that is 0.003 of a derivative along a direction of length 1.
          double length = length(directions[k]);
          float[] direction = directions[k].clone();
          for (int d = 0; d < direction.length; d++) {
            direction[d] /= (float) Math.max(length, 1e-20);
          }
          assertThat((double) weights[i * stride + k])
              .as("%s, coordinate %d", name, k)
              .isCloseTo(
                  length * derivative(reference, query, items[i], direction),
                  within(0.01 * length + 1e-6));
        }
        float score = score(reference, query, items[i], directions[0], 0);
        assertThat(scores[i]).as(name).isCloseTo(score, within(1e-4f));
        assertThat(atItem).as(name).isCloseTo(score, within(1e-3));
      }
    }
  }

  private static double length(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }

  /** Five points: the error falls with the fourth power of the step. */
  private static double derivative(
      ReferenceScorer reference, MolQuery query, MolItem item, float[] direction) {
    float step = 0.005f;
    double near =
        (double) score(reference, query, item, direction, step)
            - score(reference, query, item, direction, -step);
    double far =
        (double) score(reference, query, item, direction, 2 * step)
            - score(reference, query, item, direction, -2 * step);
    return (8 * near - far) / (12 * step);
  }

  /** With the item's gate as it is. */
  private static float score(
      ReferenceScorer reference, MolQuery query, MolItem item, float[] direction, float step) {
    float[] moved = item.components().clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += step * direction[i];
    }
    return reference.score(query.components(), query.gate(), moved, item.gate());
  }

  private Projection projection(MolShape shape, int dimension) {
    int rows = 200;
    float[] sample =
        Examples.units(random, rows * shape.itemComponents(), shape.componentDimension());
    return Projection.learn(sample, new float[0], shape, dimension, random);
  }

  private static float[] filledWithNan(int length) {
    float[] values = new float[length];
    Arrays.fill(values, Float.NaN);
    return values;
  }
}
