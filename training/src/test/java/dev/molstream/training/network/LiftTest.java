package dev.molstream.training.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.retrieval.MolShape;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class LiftTest {
  private static final MolShape SHAPE = new MolShape(8, 1, 1, 5, 1, 0.05f);

  /** A quarter of it is what becomes of it; the second is cut to length 1. */
  private static final float[] QUERIES = {1, 2, 0, 9, 9, 4, 0, 4, 9, 9};

  private static final float[] ITEMS = {0, 1, 2, 9, 9, 2, 0, 0, 9, 9};

  @Test
  void liftedVectorsHaveLengthOneAndTheProductOfTheUnlifted() {
    try (var _ = new PointerScope()) {
      float[] queries = Tensors.floats(Tensors.lifted(rows(QUERIES), Lift.ofQueries(SHAPE)));
      float[] items = Tensors.floats(Tensors.lifted(rows(ITEMS), Lift.ofItems(SHAPE)));

      for (int row = 0; row < 2; row++) {
        assertThat(dot(queries, row, queries, row)).isCloseTo(1, within(1e-5));
        assertThat(dot(items, row, items, row)).isCloseTo(1, within(1e-5));
      }
      assertThat(dot(queries, 0, items, 0)).isCloseTo((1 * 0 + 2 * 1 + 0) / 16.0, within(1e-6));
      assertThat(dot(queries, 0, items, 1)).isCloseTo(1 * 2 / 16.0, within(1e-6));
      assertThat(dot(queries, 1, items, 1)).isCloseTo(Math.sqrt(0.5) * 0.5, within(1e-6));
    }
  }

  @Test
  void gradientsAreFiniteWhereAVectorIsCut() {
    try (var _ = new PointerScope()) {
      Tensor made = rows(QUERIES);
      made.set_requires_grad(true);
      Tensor items = Tensors.lifted(rows(ITEMS), Lift.ofItems(SHAPE));

      Tensor product = Tensors.lifted(made, Lift.ofQueries(SHAPE)).mul(items).sum();

      Tensor gradient =
          torch
              .grad(
                  new TensorVector(product),
                  new TensorVector(made),
                  new TensorVector(),
                  new BoolOptional(),
                  false,
                  false)
              .get(0);
      for (float slope : Tensors.floats(gradient)) {
        assertThat(slope).isFinite();
      }
      assertThat(Tensors.floats(gradient)[1]).isNotZero();
    }
  }

  @Test
  void meansOfSeveralBeginAsLongAsOne() {
    float[] one = Lift.scales(1, 5);
    float[] four = Lift.scales(4, 5);

    assertThat(four).containsExactly(2 * one[0], 2 * one[1], 2 * one[2], 0, 0);
  }

  @Test
  void needsRoomForTheRest() {
    assertThat(Lift.hasRoom(SHAPE)).isTrue();
    assertThat(Lift.hasRoom(new MolShape(8, 1, 1, 2, 1, 0.05f))).isFalse();
    assertThat(Lift.hadAlways(SHAPE)).isTrue();
    assertThat(Lift.hadAlways(new MolShape(8, 1, 2, 5, 1, 0.05f))).isFalse();
  }

  private static Tensor rows(float[] values) {
    return Tensors.of(values, 2, 1, SHAPE.componentDimension());
  }

  private static double dot(float[] a, int aRow, float[] b, int bRow) {
    double sum = 0;
    for (int k = 0; k < SHAPE.componentDimension(); k++) {
      sum += a[aRow * SHAPE.componentDimension() + k] * b[bRow * SHAPE.componentDimension() + k];
    }
    return sum;
  }
}
