package dev.molstream.retrieval.mol;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Scores one item after the other with the {@link ReferenceScorer}: runs on any JVM. */
final class ScalarKernel implements MolKernel {
  private final MolShape shape;
  private final ReferenceScorer scorer;
  private final float[] queryComponents;
  private final float[] queryGate;
  private final float[] querySum;
  private final float[] itemComponents;
  private final float[] itemGate;

  ScalarKernel(MolShape shape, GatingNetwork gating) {
    this.shape = shape;
    this.scorer = new ReferenceScorer(shape, gating);
    this.queryComponents = new float[shape.queryFloats()];
    this.queryGate = new float[shape.logits()];
    this.querySum = new float[shape.componentDimension()];
    this.itemComponents = new float[shape.itemFloats()];
    this.itemGate = new float[shape.logits()];
  }

  @Override
  public void prepare(MolQuery query) {
    System.arraycopy(query.components(), 0, queryComponents, 0, queryComponents.length);
    System.arraycopy(query.gate(), 0, queryGate, 0, queryGate.length);
    sumComponents(queryComponents, querySum);
  }

  /** Σ_n F_n. */
  static void sumComponents(float[] components, float[] sum) {
    Arrays.fill(sum, 0);
    for (int i = 0; i < components.length; i++) {
      sum[i % sum.length] += components[i];
    }
  }

  @Override
  public void score(ItemTile tile, float[] scores) {
    for (int lane = 0; lane < ItemTile.ITEMS; lane++) {
      readLane(tile.components(), lane, itemComponents);
      readLane(tile.gates(), lane, itemGate);
      scores[lane] = scorer.score(queryComponents, queryGate, itemComponents, itemGate);
    }
  }

  @Override
  public void scoreAveraged(ItemTile tile, float[] scores) {
    for (int lane = 0; lane < ItemTile.ITEMS; lane++) {
      float dot = 0;
      for (int k = 0; k < shape.componentDimension(); k++) {
        dot += querySum[k] * at(tile.averages(), k, lane);
      }
      scores[lane] = dot;
    }
  }

  private static void readLane(MemorySegment rows, int lane, float[] target) {
    for (int row = 0; row < target.length; row++) {
      target[row] = at(rows, row, lane);
    }
  }

  private static float at(MemorySegment rows, int row, int lane) {
    return rows.getAtIndex(JAVA_FLOAT, (long) row * ItemTile.ITEMS + lane);
  }
}
