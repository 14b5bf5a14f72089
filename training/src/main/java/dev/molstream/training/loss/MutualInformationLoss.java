package dev.molstream.training.loss;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Load balancing of the gates (arXiv 2407.15462): minus the mutual information between the pair and
 * the logit its gate picks. Least, -log L, when every pair uses one logit and all are used equally.
 */
public final class MutualInformationLoss {
  private static final float EPSILON = 1e-6f;

  private MutualInformationLoss() {}

  /**
   * -H(mean π) + mean H(π), in nats, within [-log L, 0].
   *
   * @param gates π, [L, N], each column sums to 1
   */
  public static Tensor of(Tensor gates) {
    Tensor mean = gates.mean(1);
    Tensor used = entropyTerms(mean).sum();
    Tensor conditional = entropyTerms(gates).sum().div(new Scalar((float) gates.size(1)));
    return used.sub(conditional);
  }

  /** p·log(p + 1e-6), whose negated sum is the entropy. */
  private static Tensor entropyTerms(Tensor probabilities) {
    return probabilities.mul(probabilities.add(new Scalar(EPSILON)).log());
  }
}
