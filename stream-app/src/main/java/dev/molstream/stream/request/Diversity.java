package dev.molstream.stream.request;

import dev.molstream.schemas.RecommendedItem;
import dev.molstream.stream.validation.OptionRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes a list of good items one of good items that differ, by maximal marginal relevance: again
 * and again it takes the candidate with the largest (1 - λ)·relevance - λ·similarity, where
 * relevance is the score, brought to 0 to 1 over the candidates, and similarity is that to the most
 * similar item taken before. Two items are as similar as their components are on average: component
 * m of the one and component m of the other are unit vectors of the same space.
 *
 * <p>The first item is always the best one.
 */
public final class Diversity {
  /** Candidates per item asked for. */
  public static final int POOL = 4;

  private Diversity() {}

  /** λ as the options of a request say, 0 when they do not. */
  public static double of(Map<String, String> options) {
    return Double.parseDouble(options.getOrDefault(OptionRules.DIVERSITY, "0"));
  }

  /**
   * An item to choose from.
   *
   * @param components P_X·d numbers
   */
  @SuppressWarnings("ArrayRecordComponent") // read once
  public record Candidate(RecommendedItem item, float[] components) {
    float score() {
      return item.getScore();
    }
  }

  /**
   * Chooses up to {@code k} of the candidates, in the order in which they should be shown.
   *
   * @param candidates best first
   * @param itemComponents P_X
   * @param diversity λ, 0 to 1
   */
  public static List<RecommendedItem> choose(
      List<Candidate> candidates, int itemComponents, int k, double diversity) {
    List<RecommendedItem> chosen = new ArrayList<>(k);
    if (candidates.isEmpty()) {
      return chosen;
    }
    float best = candidates.getFirst().score();
    float range = best - candidates.getLast().score();
    double[] nearest = new double[candidates.size()];
    boolean[] taken = new boolean[candidates.size()];
    while (chosen.size() < Math.min(k, candidates.size())) {
      int next = -1;
      double most = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < taken.length; i++) {
        double relevance = range > 0 ? 1 - (best - candidates.get(i).score()) / range : 1;
        double value = (1 - diversity) * relevance - diversity * nearest[i];
        if (!taken[i] && value > most) {
          most = value;
          next = i;
        }
      }
      taken[next] = true;
      for (int i = 0; i < taken.length; i++) {
        double similarity = similarity(candidates.get(i), candidates.get(next), itemComponents);
        nearest[i] = chosen.isEmpty() ? similarity : Math.max(nearest[i], similarity);
      }
      chosen.add(candidates.get(next).item());
    }
    return chosen;
  }

  /** The mean of the components' cosines, -1 to 1. */
  private static double similarity(Candidate one, Candidate other, int itemComponents) {
    float sum = 0;
    for (int i = 0; i < one.components.length; i++) {
      sum += one.components[i] * other.components[i];
    }
    return sum / itemComponents;
  }
}
