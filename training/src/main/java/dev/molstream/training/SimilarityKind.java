package dev.molstream.training;

/** The similarities there are. */
public enum SimilarityKind {
  /** Mixture-of-Logits. */
  MOL,
  /** A dot product: MoL of shape 1×1×d, whose gate has nothing to choose. */
  DOT
}
