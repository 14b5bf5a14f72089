package dev.molstream.stream.request;

import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.Searcher;
import dev.molstream.retrieval.TopK;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The search of small indexes when nobody says how: full scores for a few candidates by averaged
 * components, as long as that finds what an exact search finds. How good those candidates are
 * depends on the model and on what is asked, so it is not assumed but looked at: requests are
 * checked by an exact search, which answers them; all of them until there are enough checks, then
 * one in {@value #INTERVAL}. While the recall of the last checks is below {@value #LEAST_RECALL}
 * every request is answered exactly.
 *
 * <p>One thread at a time.
 */
final class CheckedSearch {
  private static final Logger LOG = LoggerFactory.getLogger(CheckedSearch.class);
  private static final int INTERVAL = 64;
  private static final int ENOUGH_CHECKS = 32;
  private static final double LEAST_RECALL = 0.998;

  /** How much the last check counts; some sixty of them are remembered. */
  private static final double WEIGHT = 1.0 / ENOUGH_CHECKS;

  /** Candidates for each item of the answer, and at least so many. */
  private static final int CANDIDATES_PER_ITEM = 10;

  private static final int LEAST_CANDIDATES = 200;

  private final String modelId;
  private final Searcher searcher;
  private final Set<String> found = new HashSet<>();
  private long requests;
  private long checks;
  private double recall;
  private boolean trusted;

  /** A search by {@code searcher}, which others may use in between. */
  CheckedSearch(String modelId, Searcher searcher) {
    this.modelId = modelId;
    this.searcher = searcher;
  }

  /** The best {@code k}; valid until the searcher's next search. */
  TopK search(MolQuery query, int k, SearchFilter filter) {
    boolean check = checks < ENOUGH_CHECKS || requests % INTERVAL == 0;
    requests++;
    if (!check) {
      return searcher.search(query, k, filter, trusted ? averaged(k) : exact());
    }
    found.clear();
    TopK candidates = searcher.search(query, k, filter, averaged(k));
    for (int rank = 0; rank < candidates.size(); rank++) {
      found.add(candidates.itemId(rank));
    }
    TopK best = searcher.search(query, k, filter, exact());
    if (best.size() > 0) {
      checked(best);
    }
    return best;
  }

  /** The mean recall of the last checks, 0 to 1; 0 before the first. */
  double recall() {
    return recall;
  }

  private void checked(TopK best) {
    int hits = 0;
    for (int rank = 0; rank < best.size(); rank++) {
      if (found.contains(best.itemId(rank))) {
        hits++;
      }
    }
    checks++;
    // The mean of all until there are enough, then of the last.
    double weight = Math.max(WEIGHT, 1.0 / checks);
    recall += ((double) hits / best.size() - recall) * weight;
    boolean good = checks >= ENOUGH_CHECKS && recall >= LEAST_RECALL;
    if (good != trusted) {
      trusted = good;
      LOG.info(
          "model {}: averaged candidates find {} % of what an exact search finds, searching {}",
          modelId, "%.2f".formatted(100 * recall), good ? "by them" : "exactly");
    }
  }

  private static SearchAlgorithm averaged(int k) {
    return SearchAlgorithm.averaged(Math.max(LEAST_CANDIDATES, CANDIDATES_PER_ITEM * k));
  }

  private static SearchAlgorithm exact() {
    return new SearchAlgorithm.BoundedExact();
  }
}
