package dev.molstream.training.mixture;

import dev.molstream.retrieval.MolShape;

/** The queries as the matrix products read them, and their gradients. */
final class Queries {
  private final MolShape shape;
  private final int count;

  /** F/τ: [M][P_Q][d]. */
  final Matrix components;

  /** [M][d][P_Q]. */
  final Matrix componentsTransposed;

  /** a: [M][L]. */
  final Matrix gates;

  /** Of F/τ. */
  final Matrix ofComponents;

  /** Of a. */
  final Matrix ofGates;

  Queries(MolShape shape, Vectors queries) {
    int rows = shape.queryComponents();
    int dimension = shape.componentDimension();
    float factor = 1 / shape.temperature();
    this.shape = shape;
    this.count = queries.gates().length / shape.logits();
    this.components = Matrix.of(queries.components(), rows, dimension, factor);
    this.componentsTransposed = Matrix.ofTransposed(queries.components(), dimension, rows, factor);
    this.gates = Matrix.of(queries.gates(), count, shape.logits(), 1);
    this.ofComponents = Matrix.like(components);
    this.ofGates = Matrix.like(gates);
  }

  /** M. */
  int count() {
    return count;
  }

  /** Where a query's components begin. */
  int start(int query) {
    return components.start(query, shape.queryComponents());
  }

  /** Where its transposed components begin. */
  int transposedStart(int query) {
    return componentsTransposed.start(query, shape.componentDimension());
  }

  /** Where its gate begins. */
  int gateStart(int query) {
    return query * gates.rowStride();
  }

  /** What has been added up, of F and a. */
  Vectors gradients() {
    return new Vectors(
        ofComponents.plain(
            shape.queryComponents(), shape.componentDimension(), 1 / shape.temperature()),
        ofGates.plain(count, shape.logits(), 1));
  }
}
