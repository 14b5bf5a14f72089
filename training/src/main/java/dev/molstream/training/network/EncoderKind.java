package dev.molstream.training.network;

/** The sequence encoders there are. */
public enum EncoderKind {
  /** Pointwise SiLU attention with relative positions. */
  HSTU,
  /** Softmax attention with learned positions. */
  SASREC
}
