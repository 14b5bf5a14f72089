package dev.molstream.training.mixture;

import dev.molstream.retrieval.MolShape;

/** The queries as the matrix products read them, and their gradients. */
final class Queries {
  private final MolShape shape;
  private final int componentRows;
  private final int gateStride;
  private final float inverseTemperature;

  /** F/τ: [M][P_Q][d], padded. */
  final Matrix components;

  /** a: [M][L], padded. */
  final float[] gates;

  /** Of F/τ. */
  final Matrix ofComponents;

  /** Of a. */
  final float[] ofGates;

  Queries(MolShape shape, Vectors queries) {
    int stride = MatrixProduct.paddedColumns(shape.componentDimension());
    this.shape = shape;
    this.componentRows = MatrixProduct.paddedRows(shape.queryComponents());
    this.gateStride = MatrixProduct.paddedColumns(shape.logits());
    this.inverseTemperature = 1 / shape.temperature();
    this.components =
        Matrix.of(
            Rows.padded(
                queries.components(),
                shape.queryComponents(),
                shape.componentDimension(),
                componentRows,
                stride,
                inverseTemperature),
            stride);
    this.gates = Rows.padded(queries.gates(), 1, shape.logits(), 1, gateStride, 1);
    this.ofComponents = Matrix.of(new float[components.values().length], stride);
    this.ofGates = new float[gates.length];
  }

  int count() {
    return gates.length / gateStride;
  }

  /** Where a query's components begin. */
  int componentFrom(int query) {
    return query * componentRows * components.rowStride();
  }

  /** Where a query's gate begins. */
  int gateFrom(int query) {
    return query * gateStride;
  }

  /** What has been added up, of F and a. */
  Vectors gradients() {
    return new Vectors(
        Rows.plain(
            ofComponents.values(),
            shape.queryComponents(),
            shape.componentDimension(),
            componentRows,
            components.rowStride(),
            inverseTemperature),
        Rows.plain(ofGates, 1, shape.logits(), 1, gateStride, 1));
  }
}
