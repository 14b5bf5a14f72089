package dev.molstream.training.loss;

import dev.molstream.training.network.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * {@link SampledSoftmax#overSample} for dot products, with the gradient written out. The table of M
 * × R scores is exponentiated in place and read by two matrix products, where autograd would make a
 * dozen tables of that size; in the warm-up that table is most of the work.
 *
 * <p>With E = exp(q·gᵀ)·w, w a weight per negative, and total = exp(s⁺) + ΣE per row, the loss is
 * log(total) - s⁺, and the negatives' gradients are E/total·g for q and (E/total)ᵀ·q for g.
 */
public final class DotProductSoftmax {
  /** Scores beyond this would overflow when exponentiated without a shift. */
  public static final float GREATEST_SCORE = 80;

  private static final float NEVER = -1e4f;

  private DotProductSoftmax() {}

  /**
   * @param value the loss, summed over positions
   * @param surrogate not the loss, but has its gradients
   */
  public record Loss(double value, Tensor surrogate) {
    /** The same loss in another unit, such as per position. */
    public Loss dividedBy(double count) {
      return new Loss(value / count, surrogate.mul(new Scalar((float) (1 / count))));
    }

    /** Of this value, with the gradients of both, the other's weighted. */
    public Loss beside(Loss other, double weight) {
      return new Loss(value, surrogate.add(other.surrogate.mul(new Scalar((float) weight))));
    }
  }

  /**
   * The loss and its gradients.
   *
   * @param queries [M, d]
   * @param positives [M, d] the items that came next
   * @param negatives [R, d] the sample; scores are within ±{@link #GREATEST_SCORE}
   * @param labels [M] places of the items that came next
   * @param sample [R] places of the sample's items; where one is the label it is left out
   * @param logShares [R] log of how many items each negative stands for
   */
  public static Loss of(
      Tensor queries,
      Tensor positives,
      Tensor negatives,
      long[] labels,
      long[] sample,
      float[] logShares) {
    Tensor q;
    Tensor gradientOfQueries;
    Tensor gradientOfPositives;
    Tensor gradientOfNegatives;
    double value;
    try (var _ = Tensors.withoutGradients()) {
      q = queries.detach();
      Tensor p = positives.detach();
      Tensor g = negatives.detach();
      Tensor scores = q.mul(p).sum(1);
      Tensor table = q.matmul(g.t());
      leaveOut(table, labels, sample);
      table.exp_();
      if (!Arrays.equals(logShares, new float[logShares.length])) {
        table.mul_(Tensors.of(logShares, 1, logShares.length).exp());
      }
      Tensor own = scores.exp();
      Tensor total = table.sum(1).add_(own);
      value = Tensors.value(total.log().sub_(scores).sum());
      Tensor share = total.reciprocal().unsqueeze(1);
      Tensor pull = own.div(total).sub_(new Scalar(1f)).unsqueeze(1);
      gradientOfQueries = table.matmul(g).mul_(share).add_(p.mul(pull));
      gradientOfPositives = q.mul(pull);
      gradientOfNegatives = table.t().matmul(q.mul(share));
    }
    Tensor surrogate =
        queries
            .mul(gradientOfQueries)
            .sum()
            .add(positives.mul(gradientOfPositives).sum())
            .add(negatives.mul(gradientOfNegatives).sum());
    return new Loss(value, surrogate);
  }

  /** Negatives that are the very item that came next. */
  private static void leaveOut(Tensor table, long[] labels, long[] sample) {
    Map<Long, List<Integer>> columns = HashMap.newHashMap(sample.length);
    for (int column = 0; column < sample.length; column++) {
      columns.computeIfAbsent(sample[column], _ -> new ArrayList<>(1)).add(column);
    }
    long[] cells = new long[labels.length];
    int count = 0;
    for (int row = 0; row < labels.length; row++) {
      for (int column : columns.getOrDefault(labels[row], List.of())) {
        if (count == cells.length) {
          cells = Arrays.copyOf(cells, count * 2);
        }
        cells[count++] = (long) row * sample.length + column;
      }
    }
    if (count > 0) {
      Tensor hits = Tensors.of(Arrays.copyOf(cells, count), count);
      table.view(-1).index_fill_(0, hits, new Scalar(NEVER));
    }
  }
}
