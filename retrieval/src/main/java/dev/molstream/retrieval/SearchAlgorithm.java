package dev.molstream.retrieval;

/**
 * How candidates are found. All algorithms rank their candidates by the full MoL score;
 * docs/benchmarks.md compares them.
 */
public sealed interface SearchAlgorithm {

  /** Scores every item: the ground truth. */
  record Exact() implements SearchAlgorithm {}

  /**
   * Exact too, but pays for an item's gates only where its largest component logit, which no score
   * exceeds, can still reach the K-th best score so far.
   */
  record BoundedExact() implements SearchAlgorithm {}

  /**
   * The exact algorithm of the paper (section 4.1): the K best items of every component give a
   * threshold, then every item with a component logit above it is scored.
   */
  record TwoPass() implements SearchAlgorithm {}

  /**
   * TopKPerEmbedding(N_E) of the paper (section 4.2): the N_E best items of each of the L component
   * logits are scored; everything when those are not k items.
   *
   * @param perComponent N_E, at least 1
   */
  record PerEmbedding(int perComponent) implements SearchAlgorithm {
    public PerEmbedding {
      requireAtLeastOne("perComponent", perComponent);
    }
  }

  /**
   * TopKAvg(N) of the paper (section 4.2): the N best items by ⟨mean query component, mean item
   * component⟩ are scored in full.
   *
   * @param candidates N, at least 1; a search uses at least k
   */
  record Averaged(int candidates) implements SearchAlgorithm {
    public Averaged {
      requireAtLeastOne("candidates", candidates);
    }
  }

  /**
   * CombTopK(N_E, N) of the paper (section 4.2): what {@link PerEmbedding} and {@link Averaged}
   * find together.
   *
   * @param perComponent N_E, at least 1
   * @param candidates N, at least 1
   */
  record Combined(int perComponent, int candidates) implements SearchAlgorithm {
    public Combined {
      requireAtLeastOne("perComponent", perComponent);
      requireAtLeastOne("candidates", candidates);
    }
  }

  /**
   * Looks at lists of near items, best first by what the score and its gradient at some items
   * promise, scores what those local models put near the K best, and stops when no list promises
   * more. Works harder for queries whose good items are spread out. Small indexes are searched
   * exactly.
   *
   * @param spread how many standard deviations above its mean the best item of a list is taken to
   *     be, 0 to 20
   * @param margin how many times its usual error a local model is given for an item, 0 to 20
   */
  record Adaptive(float spread, float margin) implements SearchAlgorithm {
    private static final float MOST = 20;

    /** Recall above 0.99 on the models measured. */
    public static final Adaptive DEFAULT = new Adaptive(4, 3.5f);

    public Adaptive {
      requireWithin("spread", spread);
      requireWithin("margin", margin);
    }

    private static void requireWithin(String name, float value) {
      if (!(value >= 0 && value <= MOST)) {
        throw new IllegalArgumentException(name + " " + value + " is not within 0 to " + MOST);
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

  /** The best trade of recall and time: {@link Adaptive} as it comes. */
  static SearchAlgorithm approximate() {
    return Adaptive.DEFAULT;
  }

  private static void requireAtLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " " + value + " is not at least 1");
    }
  }
}
