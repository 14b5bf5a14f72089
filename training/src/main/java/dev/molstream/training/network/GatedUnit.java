package dev.molstream.training.network;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Gated linear units (arXiv 2002.05202): activation(a) ⊙ b over the halves of a layer's output. The
 * paper takes SwiGLU for the MovieLens sets and GeGLU for Amazon Books.
 */
public enum GatedUnit {
  /** a·sigmoid(a) ⊙ b. */
  SWIGLU,
  /** a·Φ(a) ⊙ b, Φ by the error function. */
  GEGLU;

  Tensor apply(Tensor a, Tensor b) {
    return switch (this) {
      case SWIGLU -> torch.silu(a).mul(b);
      case GEGLU -> torch.gelu(a).mul(b);
    };
  }
}
