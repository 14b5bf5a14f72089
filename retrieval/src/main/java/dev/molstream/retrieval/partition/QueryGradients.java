package dev.molstream.retrieval.partition;

import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import java.util.Arrays;
import java.util.List;

/**
 * Gradients of scores with respect to item components: for each query of a sample, at the items of
 * another sample that it scores best. Tells a {@link Projection} in which directions items are
 * looked at. One thread.
 */
final class QueryGradients {
  private static final int BATCH = ScoreGradient.MOST;

  /** Items per query. */
  private static final int BEST = 4;

  private final MolShape shape;
  private final ScoreGradient gradient;
  private final float[] components;
  private final float[] gates;
  private final float[] scores = new float[BATCH];
  private final float[] bestScores = new float[BEST];
  private final int[] best = new int[BEST];

  private QueryGradients(MolShape shape, GatingNetwork gating) {
    this.shape = shape;
    this.gradient = new ScoreGradient(shape, gating);
    this.components = new float[BATCH * shape.itemFloats()];
    this.gates = new float[BATCH * shape.logits()];
  }

  /**
   * Rows of P_X·d numbers.
   *
   * @param items rows of P_X·d numbers
   * @param itemGates for each of the items a row of L numbers, query index major
   */
  static float[] of(
      List<MolQuery> queries,
      float[] items,
      float[] itemGates,
      MolShape shape,
      GatingNetwork gating) {
    int inputs = shape.itemFloats();
    int count = itemGates.length / shape.logits();
    int perQuery = Math.min(BEST, count);
    float[] rows = new float[queries.size() * perQuery * inputs];
    QueryGradients gradients = new QueryGradients(shape, gating);
    for (int i = 0; i < queries.size(); i++) {
      gradients.findBest(queries.get(i), items, itemGates, count);
      gradients.write(items, itemGates, perQuery, rows, i * perQuery * inputs);
    }
    return rows;
  }

  private void findBest(MolQuery query, float[] items, float[] itemGates, int count) {
    gradient.prepare(query);
    Arrays.fill(bestScores, Float.NEGATIVE_INFINITY);
    for (int from = 0; from < count; from += BATCH) {
      int part = Math.min(BATCH, count - from);
      for (int i = 0; i < part; i++) {
        read(from + i, i, items, itemGates);
      }
      gradient.scores(part, components, gates, scores);
      for (int i = 0; i < part; i++) {
        insert(from + i, scores[i]);
      }
    }
  }

  private void insert(int item, float score) {
    int place = BEST;
    while (place > 0 && bestScores[place - 1] < score) {
      place--;
    }
    for (int i = BEST - 1; i > place; i--) {
      bestScores[i] = bestScores[i - 1];
      best[i] = best[i - 1];
    }
    if (place < BEST) {
      bestScores[place] = score;
      best[place] = item;
    }
  }

  private void write(float[] items, float[] itemGates, int count, float[] rows, int to) {
    for (int i = 0; i < count; i++) {
      read(best[i], i, items, itemGates);
    }
    gradient.scores(count, components, gates, scores);
    float[] slopes = gradient.slopes(count);
    int d = shape.componentDimension();
    for (int i = 0; i < count; i++) {
      for (int n = 0; n < shape.queryComponents(); n++) {
        for (int m = 0; m < shape.itemComponents(); m++) {
          float slope = slopes[i * gradient.stride() + gradient.place(n, m)];
          int row = to + i * shape.itemFloats() + m * d;
          FloatRows.addScaled(slope, gradient.temperedQuery(), n * d, rows, row, d);
        }
      }
    }
  }

  private void read(int item, int row, float[] items, float[] itemGates) {
    int inputs = shape.itemFloats();
    int logits = shape.logits();
    System.arraycopy(items, item * inputs, components, row * inputs, inputs);
    System.arraycopy(itemGates, item * logits, gates, row * logits, logits);
  }
}
