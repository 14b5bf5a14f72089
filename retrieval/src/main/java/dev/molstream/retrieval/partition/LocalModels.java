package dev.molstream.retrieval.partition;

import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.kernel.PackedMatrix;

/**
 * What the MoL score of a query looks like near some items: its value there and its gradient with
 * respect to the item's coordinates, gates included ({@link ScoreGradient}). Near the item,
 *
 * <pre>  score(x) ≈ offset + ⟨weights, coordinates of x⟩.</pre>
 *
 * <p>Holds scratch memory: one thread at a time; allocates nothing after construction.
 */
final class LocalModels {
  /** The most items per call. */
  static final int MOST = ScoreGradient.MOST;

  private final MolShape shape;
  private final Projection projection;
  private final ScoreGradient gradient;
  private final int codeStride;
  private final float[] zeros;

  /** What each logit is worth in each coordinate: L × coordinates. */
  private final PackedMatrix codeColumns;

  private final float[] codeRows;

  /** For queries of a model against the items of a partition with this projection. */
  LocalModels(MolShape shape, GatingNetwork gating, Projection projection) {
    this.shape = shape;
    this.projection = projection;
    this.gradient = new ScoreGradient(shape, gating);
    this.codeStride = PackedMatrix.padded(projection.dimension());
    this.zeros = new float[codeStride];
    this.codeColumns = new PackedMatrix(shape.logits(), projection.dimension());
    int queryRows = PackedMatrix.paddedRows(shape.queryComponents());
    this.codeRows = new float[queryRows * shape.itemComponents() * codeStride];
  }

  /** Floats between the weights of two items. */
  int weightStride() {
    return codeStride;
  }

  /** Reads the query that the following calls are about. */
  void prepare(MolQuery query) {
    int itemComponents = shape.itemComponents();
    gradient.prepare(query);
    for (int m = 0; m < itemComponents; m++) {
      projection
          .columns(m)
          .multiply(
              gradient.temperedQuery(),
              shape.componentDimension(),
              shape.queryComponents(),
              zeros,
              codeRows,
              m * codeStride,
              itemComponents * codeStride);
    }
    for (int n = 0; n < shape.queryComponents(); n++) {
      for (int m = 0; m < itemComponents; m++) {
        int row = n * itemComponents + m;
        codeColumns.setRow(gradient.place(n, m), codeRows, row * codeStride);
      }
    }
  }

  /**
   * The local models at some items.
   *
   * @param count 1 to {@link #MOST}
   * @param components room for {@link #MOST} rows of P_X·d, like all other rows
   * @param gates rows of L, query index major
   * @param coordinates rows of the projection's dimension
   * @param weights receives rows of {@link #weightStride}
   * @param offsets receives a number per item
   * @param scores receives the score of each item
   */
  void at(
      int count,
      float[] components,
      float[] gates,
      float[] coordinates,
      float[] weights,
      float[] offsets,
      float[] scores) {
    gradient.scores(count, components, gates, scores);
    float[] slopes = gradient.slopes(count);
    codeColumns.multiply(slopes, gradient.stride(), count, zeros, weights, 0, codeStride);
    int dimension = projection.dimension();
    for (int i = 0; i < count; i++) {
      offsets[i] =
          scores[i] - FloatRows.dot(weights, i * codeStride, coordinates, i * dimension, dimension);
    }
  }
}
