package dev.molstream.experiment;

import static dev.molstream.benchmark.report.Column.number;
import static dev.molstream.benchmark.report.Column.text;
import static dev.molstream.benchmark.report.Column.whole;

import dev.molstream.benchmark.measure.Contestant;
import dev.molstream.benchmark.measure.Contestants;
import dev.molstream.benchmark.measure.GroundTruth;
import dev.molstream.benchmark.report.Chart;
import dev.molstream.benchmark.report.Chart.Axis;
import dev.molstream.benchmark.report.Chart.Point;
import dev.molstream.benchmark.report.Column;
import dev.molstream.benchmark.report.Row;
import dev.molstream.model.ModelBundle;
import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.Searcher;
import dev.molstream.retrieval.TopK;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How far approximate answers fall short of the exact one, and what they prove about that, as gates
 * grow more peaked. What goes into a gate's SiLU is a(q) ⊙ b(x) + c(ℓ): the factor multiplies a(q)
 * and the last layer of c, and so all of it, and nothing else of the model.
 */
final class ErrorBounds implements Experiment {
  private static final List<Float> FACTORS = List.of(0f, 0.25f, 1f, 4f, 16f);
  private static final int ITEMS = 20_000;
  private static final int QUERIES = 200;
  private static final int K = 10;
  private static final List<String> ALGORITHMS =
      List.of("per-embedding", "averaged", "combined", "adaptive");

  /** A score is told from another when they differ by more. */
  private static final float ROUNDING = GroundTruth.TIE;

  @Override
  public String name() {
    return "error-bounds";
  }

  @Override
  public String title() {
    return "Error bounds of approximate search";
  }

  @Override
  public String question() {
    return """
    An approximate answer carries a bound: nothing that it missed scores more than so much above \
    its last item. How far is the bound from the truth, and does that depend on how peaked the \
    gates are? What goes into the gates of one trained model is multiplied by a factor (0 makes \
    them equal, large ones pick one logit); entropy is the mean of H(π) over the exact answers' \
    items, in nats. The gap is the k-th exact score less the k-th score found, the miss is the best \
    missed score less the last one found, which the bound must not fall below in any single case: \
    the command fails if it does. Certified is the share of answers with bound 0, complete the \
    share that missed nothing.\
    """;
  }

  @Override
  public Set<String> options() {
    return Set.of("--data", "--bundle", "--items", "--queries", "--k");
  }

  @Override
  public boolean trains() {
    return true;
  }

  @Override
  public void run(ExperimentInputs inputs, Consumer<Row> out) {
    ModelBundle bundle = new Models(inputs).givenOrTrained();
    int violations = 0;
    try (SearchedCatalogue catalogue =
        SearchedCatalogue.open(inputs, bundle, inputs.items(ITEMS), inputs.queries(QUERIES))) {
      for (float factor : FACTORS) {
        violations += run(factor, bundle, catalogue, inputs, out);
      }
    }
    if (violations > 0) {
      throw new IllegalStateException(
          violations + " answers missed an item above the bound that they carry");
    }
  }

  private int run(
      float factor,
      ModelBundle bundle,
      SearchedCatalogue catalogue,
      ExperimentInputs inputs,
      Consumer<Row> out) {
    MolShape shape = bundle.manifest().shape();
    GatingNetwork gating = scaled(bundle.gating(), shape, factor);
    List<MolQuery> queries =
        catalogue.queries().stream().map(query -> scaled(query, factor)).toList();
    int violations = 0;
    try (ItemIndex index = catalogue.index(gating, query -> scaled(query, factor));
        GateReader reader = new GateReader(bundle, gating, index)) {
      int k = Math.min(index.size(), inputs.k(K));
      GateStatistics gates = new GateStatistics(shape.logits());
      Searcher searcher = index.searcher();
      List<ExactAnswer> truths = new ArrayList<>();
      for (MolQuery query : queries) {
        TopK exact = searcher.search(query, k, SearchFilter.NONE, SearchAlgorithm.exact());
        truths.add(ExactAnswer.of(exact));
        reader.read(query, exact, gates);
      }
      for (Contestant contestant : contestants()) {
        Answers answers = new Answers(queries.size());
        for (int i = 0; i < queries.size(); i++) {
          answers.compare(
              i,
              truths.get(i),
              searcher.search(queries.get(i), k, SearchFilter.NONE, contestant.algorithm()));
        }
        violations += answers.violations;
        out.accept(
            answers.describe(
                row()
                    .with("factor", factor)
                    .with("entropy", gates.meanEntropy())
                    .with("shape", shape.toString())
                    .with("items", index.size())
                    .with("k", k)
                    .with("queries", queries.size())
                    .with("algorithm", contestant.name())
                    .with("setting", contestant.setting())));
      }
    }
    return violations;
  }

  /** Of each approximate search the setting that works least, and the one that works hardest. */
  private static List<Contestant> contestants() {
    List<Contestant> contestants = new ArrayList<>();
    for (String algorithm : ALGORITHMS) {
      List<Contestant> all =
          Contestants.ALL.stream()
              .filter(contestant -> contestant.name().equals(algorithm))
              .toList();
      contestants.add(all.getFirst());
      contestants.add(all.getLast());
    }
    return contestants;
  }

  /** The cross gate with its output multiplied. */
  static GatingNetwork scaled(GatingNetwork gating, MolShape shape, float factor) {
    return GatingNetwork.of(
        shape,
        gating.hiddenWeight(),
        gating.hiddenBias(),
        times(gating.outputWeight(), factor),
        times(gating.outputBias(), factor));
  }

  /** The query with its gate multiplied. */
  static MolQuery scaled(MolQuery query, float factor) {
    return new MolQuery(query.components().clone(), times(query.gate().clone(), factor));
  }

  private static float[] times(float[] values, float factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
    return values;
  }

  /** What the exact search found, best first. */
  @SuppressWarnings("ArrayRecordComponent")
  private record ExactAnswer(List<String> itemIds, float[] scores) {
    static ExactAnswer of(TopK found) {
      List<String> itemIds = new ArrayList<>();
      float[] scores = new float[found.size()];
      for (int rank = 0; rank < scores.length; rank++) {
        itemIds.add(found.itemId(rank));
        scores[rank] = found.score(rank);
      }
      return new ExactAnswer(itemIds, scores);
    }
  }

  /** What one algorithm's answers fall short of, and say they do. */
  private static final class Answers {
    private final double[] gaps;
    private final double[] misses;
    private final double[] bounds;
    private final double[] recalls;
    private int violations;

    Answers(int queries) {
      this.gaps = new double[queries];
      this.misses = new double[queries];
      this.bounds = new double[queries];
      this.recalls = new double[queries];
    }

    void compare(int query, ExactAnswer truth, TopK found) {
      Set<String> ids = ids(found);
      int size = truth.itemIds().size();
      boolean full = found.size() == size;
      // An answer that is too short misses by any measure.
      float last = full ? found.score(size - 1) : Float.NEGATIVE_INFINITY;
      int hits = 0;
      float bestMissed = Float.NEGATIVE_INFINITY;
      for (int rank = size - 1; rank >= 0; rank--) {
        if (ids.contains(truth.itemIds().get(rank))) {
          hits++;
        } else {
          bestMissed = truth.scores()[rank];
        }
      }
      recalls[query] = (double) hits / size;
      gaps[query] = Math.max(0, truth.scores()[size - 1] - last);
      misses[query] = hits == size ? 0 : Math.max(0, bestMissed - last);
      bounds[query] = found.gapBound();
      violations += misses[query] > bounds[query] + ROUNDING ? 1 : 0;
    }

    private static Set<String> ids(TopK found) {
      Set<String> ids = new HashSet<>();
      for (int rank = 0; rank < found.size(); rank++) {
        ids.add(found.itemId(rank));
      }
      return ids;
    }

    Row describe(Row row) {
      return row.with("recall", mean(recalls))
          .with("meanGap", mean(gaps))
          .with("maxGap", max(gaps))
          .with("meanMiss", mean(misses))
          .with("maxMiss", max(misses))
          .with("meanBound", mean(bounds))
          .with("maxBound", max(bounds))
          .with("certified", share(bounds))
          .with("complete", share(misses))
          .with("violations", violations);
    }

    private static double mean(double[] values) {
      return Arrays.stream(values).average().orElse(Double.NaN);
    }

    private static double max(double[] values) {
      return Arrays.stream(values).max().orElse(Double.NaN);
    }

    /** The share of zeros. */
    private static double share(double[] values) {
      return (double) Arrays.stream(values).filter(value -> value == 0).count() / values.length;
    }
  }

  @Override
  public List<Column> columns() {
    return List.of(
        text("factor", "factor"),
        number("entropy", "entropy", 3),
        text("algorithm", "algorithm"),
        text("setting", "setting"),
        number("recall", "recall", 4),
        number("mean gap", "meanGap", 4),
        number("greatest gap", "maxGap", 4),
        number("mean miss", "meanMiss", 4),
        number("greatest miss", "maxMiss", 4),
        number("mean bound", "meanBound", 3),
        number("greatest bound", "maxBound", 3),
        number("certified", "certified", 3),
        number("complete", "complete", 3),
        whole("violations", "violations"));
  }

  @Override
  public Chart chart(List<Row> rows) {
    Map<String, List<Point>> curves = new LinkedHashMap<>();
    for (String algorithm : ALGORITHMS) {
      String setting = lastSetting(rows, algorithm);
      List<Row> shown =
          rows.stream()
              .filter(row -> algorithm.equals(row.text("algorithm")))
              .filter(row -> setting.equals(row.text("setting")))
              .toList();
      String name = (algorithm + " " + setting).strip();
      curves.put(name + ", missed", points(shown, "meanMiss"));
      curves.put(name + ", bound", points(shown, "meanBound"));
    }
    return new Chart(
        "How much was missed, and how much may have been",
        new Axis("mean H(π), nats", false),
        new Axis("score, mean over queries", true),
        curves);
  }

  /** The one that works hardest. */
  private static String lastSetting(List<Row> rows, String algorithm) {
    return rows.stream()
        .filter(row -> algorithm.equals(row.text("algorithm")))
        .map(row -> String.valueOf(row.text("setting")))
        .reduce("", (before, setting) -> setting);
  }

  private static List<Point> points(List<Row> rows, String field) {
    return rows.stream().map(row -> Point.of(row, "entropy", field)).toList();
  }
}
