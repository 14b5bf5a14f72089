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
    this.logits = Matrix.zeros(PairBlock.logitRows(shape), PairMath.PAIRS);
    this.gates = Matrix.zeros(Matrix.paddedColumns(shape.logits()), PairMath.PAIRS);
    this.hidden = Matrix.zeros(shape.gateHidden(), PairMath.PAIRS);
    this.logitRows = Matrix.zeros(PairMath.PAIRS, shape.logits());
    this.gateRows = Matrix.like(logitRows);
  }
}
