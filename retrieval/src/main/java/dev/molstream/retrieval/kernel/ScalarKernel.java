package dev.molstream.retrieval.kernel;

import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.record.RecordLayout;

/** Scores one record after the other with the {@link ReferenceScorer}: runs on any JVM. */
final class ScalarKernel implements MolKernel {
  /** A float score is computed within so much of its true value. */
  private static final float ROUNDING = 1e-3f;

  private final RecordLayout layout;
  private final ReferenceScorer scorer;
  private final float[] queryComponents;
  private final float[] queryGate;
  private final float[] itemComponents;
  private final float[] itemGate;

  ScalarKernel(RecordLayout layout, GatingNetwork gating) {
    MolShape shape = layout.shape();
    this.layout = layout;
    this.scorer = new ReferenceScorer(shape, gating);
    this.queryComponents = new float[shape.queryFloats()];
    this.queryGate = new float[shape.logits()];
    this.itemComponents = new float[shape.itemFloats()];
    this.itemGate = new float[shape.logits()];
  }

  @Override
  public void prepare(MolQuery query) {
    System.arraycopy(query.components(), 0, queryComponents, 0, queryComponents.length);
    System.arraycopy(query.gate(), 0, queryGate, 0, queryGate.length);
  }

  @Override
  public void score(long[] addresses, int from, int count, float[] scores) {
    for (int i = from; i < from + count; i++) {
      layout.copyComponents(addresses[i], itemComponents, 0);
      layout.copyGate(addresses[i], itemGate, 0);
      scores[i] = scorer.score(queryComponents, queryGate, itemComponents, itemGate);
    }
  }

  @Override
  public void bound(long[] addresses, int from, int count, float[] bounds) {
    for (int i = from; i < from + count; i++) {
      layout.copyComponents(addresses[i], itemComponents, 0);
      bounds[i] = Float.NEGATIVE_INFINITY;
      for (float logit : scorer.componentLogits(queryComponents, itemComponents)) {
        bounds[i] = Math.max(bounds[i], logit);
      }
    }
  }

  @Override
  public int scoreAbove(long[] addresses, int from, int count, float floor, float[] scores) {
    bound(addresses, from, count, scores);
    int scored = 0;
    for (int i = from; i < from + count; i++) {
      if (scores[i] >= floor - ROUNDING) {
        score(addresses, i, 1, scores);
        scored++;
      } else {
        scores[i] = Float.NEGATIVE_INFINITY;
      }
    }
    return scored;
  }

  @Override
  public void logits(long[] addresses, int from, int count, float[] logits) {
    for (int i = 0; i < count; i++) {
      layout.copyComponents(addresses[from + i], itemComponents, 0);
      float[] row = scorer.componentLogits(queryComponents, itemComponents);
      System.arraycopy(row, 0, logits, i * row.length, row.length);
    }
  }
}
