package dev.molstream.training.network;

import org.bytedeco.pytorch.Tensor;

/** Reads a history of item vectors and says, at each position, what might come next. */
public sealed interface SequenceEncoder permits HstuEncoder, SasRecEncoder {
  /** Under the layer norms; small, because HSTU's attention output is. */
  double NORM_EPSILON = dev.molstream.model.encoder.HstuEncoder.NORM_EPSILON;

  /**
   * Encodes histories, each position knowing itself and what is before it only.
   *
   * @param histories n at most the encoder's longest history
   * @return [B, n, D], normalised
   */
  Tensor encode(Histories histories, Dropout dropout);
}
