package dev.molstream.retrieval;

/** How candidates are found. All algorithms rank their candidates by the full MoL score. */
public sealed interface SearchAlgorithm {

  /** Scores every item: the ground truth. */
  record Exact() implements SearchAlgorithm {}

  /**
   * TopKAvg(N) of the paper (section 4.2): the N best items by ⟨mean query component, mean item
   * component⟩ are scored in full.
   *
   * @param candidates N, at least 1; a search uses at least k
   */
  record Averaged(int candidates) implements SearchAlgorithm {
    public Averaged {
      if (candidates < 1) {
        throw new IllegalArgumentException("candidates " + candidates + " is not at least 1");
      }
    }
  }

  /** Scores every item. */
  static SearchAlgorithm exact() {
    return new Exact();
  }

  /** Scores the given number of candidates. */
  static SearchAlgorithm averaged(int candidates) {
    return new Averaged(candidates);
  }
}
