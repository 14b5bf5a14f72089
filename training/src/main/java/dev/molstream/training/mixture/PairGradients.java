package dev.molstream.training.mixture;

import dev.molstream.retrieval.MolShape;

/** Gradients on their way back through a {@link PairBlock}: scratch, overwritten by each. */
final class PairGradients {
  /** Of ℓ, [rows][PAIRS] like {@link PairBlock#logits}. */
  final Matrix logits;

  /** Of a ⊙ b + c. */
  final Matrix gates;

  /** Of W₁·ℓ + b₁. */
  final Matrix hidden;

  /** ℓ, a row of whole vectors per pair. */
  final Matrix logitRows;

  /** {@link #gates}, a row of whole vectors per pair. */
  final Matrix gateRows;

  PairGradients(MolShape shape) {
    int stride = MatrixProduct.paddedColumns(shape.logits());
    this.logits = PairMath.table(PairBlock.logitRows(shape));
    this.gates = PairMath.table(MatrixProduct.paddedRows(shape.logits()));
    this.hidden = PairMath.table(MatrixProduct.paddedRows(shape.gateHidden()));
    this.logitRows = Matrix.of(new float[PairMath.PAIRS * stride], stride);
    this.gateRows = Matrix.of(new float[PairMath.PAIRS * stride], stride);
  }
}
