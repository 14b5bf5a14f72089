package dev.molstream.stream.request;

import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolShape;
import dev.molstream.schemas.RecommendedItem;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a list of good items one of good items that differ, by maximal marginal relevance: again
 * and again it takes the candidate with the largest (1 - λ)·relevance - λ·similarity, where
 * relevance is the score, brought to 0 to 1 over the candidates, and similarity is that to the most
 * similar item taken before. Two items are as similar as their components are on average: component
 * m of the one and component m of the other are unit vectors of the same space.
 *
 * <p>The first item is always the best one. One thread at a time.
 */
final class Diversity {
  /** Candidates per item asked for. */
  static final int POOL = 4;

  private final ItemIndex index;
  private final MolShape shape;
  private final float[] gate;

  Diversity(ItemIndex index) {
    this.index = index;
    this.shape = index.settings().shape();
    this.gate = new float[shape.logits()];
  }

  /**
   * Chooses up to {@code k} of the candidates, in the order in which they should be shown.
   *
   * @param candidates best first; those whose items have gone meanwhile are left out
   * @param diversity λ, 0 to 1
   */
  List<RecommendedItem> choose(List<RecommendedItem> candidates, int k, double diversity) {
    List<RecommendedItem> left = new ArrayList<>(candidates.size());
    List<float[]> vectors = new ArrayList<>(candidates.size());
    for (RecommendedItem candidate : candidates) {
      float[] components = new float[shape.itemFloats()];
      if (index.copyMixture(candidate.getItemId(), components, gate)) {
        left.add(candidate);
        vectors.add(components);
      }
    }
    List<RecommendedItem> chosen = new ArrayList<>(k);
    if (left.isEmpty()) {
      return chosen;
    }
    float best = left.getFirst().getScore();
    float range = best - left.getLast().getScore();
    double[] nearest = new double[left.size()];
    boolean[] taken = new boolean[left.size()];
    while (chosen.size() < Math.min(k, left.size())) {
      int next = -1;
      double most = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < taken.length; i++) {
        double relevance = range > 0 ? 1 - (best - left.get(i).getScore()) / range : 1;
        double value = (1 - diversity) * relevance - diversity * nearest[i];
        if (!taken[i] && value > most) {
          most = value;
          next = i;
        }
      }
      taken[next] = true;
      for (int i = 0; i < taken.length; i++) {
        double similarity = similarity(vectors.get(i), vectors.get(next));
        nearest[i] = chosen.isEmpty() ? similarity : Math.max(nearest[i], similarity);
      }
      chosen.add(left.get(next));
    }
    return chosen;
  }

  /** The mean of the components' cosines, -1 to 1. */
  private double similarity(float[] one, float[] other) {
    float sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += one[i] * other[i];
    }
    return sum / shape.itemComponents();
  }
}
