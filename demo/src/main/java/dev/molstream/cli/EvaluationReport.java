package dev.molstream.cli;

import dev.molstream.demo.Learning;
import dev.molstream.model.ModelManifest;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.training.evaluation.Bootstrap;
import dev.molstream.training.evaluation.ColdComparison;
import dev.molstream.training.evaluation.Comparison;
import dev.molstream.training.evaluation.Evaluation;
import dev.molstream.training.evaluation.Metric;
import dev.molstream.training.evaluation.RankingMetrics;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How good a bundle is, with baselines beside it.
 *
 * @param items items in the catalogue
 * @param rival another bundle, if it was asked for
 */
record EvaluationReport(String dataset, int items, Learning.Result result, @Nullable Rival rival) {
  private static final Metric HR_10 = Metric.hitRate(10);

  /** Another bundle and how it ranks the same targets. */
  record Rival(String modelId, RankingMetrics ranking) {}

  void print(PrintWriter out, boolean json) {
    if (json) {
      printJson(new JsonLines(out));
    } else {
      printTables(out);
    }
  }

  private String algorithm() {
    return result.settings().algorithm().getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  private void printJson(JsonLines json) {
    ModelManifest model = result.manifest();
    Evaluation evaluation = result.evaluation();
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("dataset", dataset);
    fields.put("users", evaluation.all().model().users());
    fields.put("items", items);
    fields.put("modelId", model.modelId());
    fields.put("encoder", model.encoder());
    fields.put("similarity", model.similarity());
    fields.put("shape", model.shape().toString());
    fields.put("algorithm", algorithm());
    fields.put("targets", result.settings().targets().name().toLowerCase(Locale.ROOT));
    fields.putAll(evaluation.all().model().asMap());
    for (Metric metric : Metric.CHIEF) {
      putInterval(fields, metric.name(), Bootstrap.interval(evaluation.all().model(), metric));
    }
    fields.put("recallOfExact@10", evaluation.recallOfExact().at10());
    fields.put("recallOfExact@100", evaluation.recallOfExact().at100());
    putBaselines(fields, evaluation.all());
    fields.put("itemKnn.lastItems", evaluation.lastItems());
    fields.put("byPopularity", groups(evaluation.byPopularity()));
    fields.put("byHistory", groups(evaluation.byHistory()));
    putCold(fields, evaluation.cold());
    putRival(fields);
    fields.put("trainingSeconds", result.trained().toMillis() / 1e3);
    json.print("evaluation", fields);
  }

  private static void putInterval(
      Map<String, @Nullable Object> fields, String name, Bootstrap.Interval interval) {
    fields.put(name + ".low", interval.low());
    fields.put(name + ".high", interval.high());
  }

  private static void putBaselines(Map<String, @Nullable Object> fields, Comparison comparison) {
    comparison
        .baselines()
        .forEach(
            (name, ranking) ->
                ranking.asMap().forEach((metric, value) -> fields.put(name + "." + metric, value)));
  }

  private static List<Map<String, @Nullable Object>> groups(Map<String, Comparison> groups) {
    List<Map<String, @Nullable Object>> list = new ArrayList<>();
    groups.forEach(
        (name, group) -> {
          Map<String, @Nullable Object> fields = new LinkedHashMap<>();
          fields.put("name", name);
          fields.put("users", group.model().users());
          fields.putAll(group.model().asMap());
          putBaselines(fields, group);
          list.add(fields);
        });
    return list;
  }

  private static void putCold(Map<String, @Nullable Object> fields, @Nullable ColdComparison cold) {
    if (cold != null) {
      fields.put("cold.items", cold.items());
      fields.put("cold.users", cold.model().users());
      fields.put("cold.hr@10", cold.model().mean(HR_10));
      putInterval(fields, "cold.hr@10", Bootstrap.interval(cold.model(), HR_10));
      fields.put("cold.popularity.hr@10", cold.popularity().mean(HR_10));
      fields.put("cold.random.hr@10", cold.randomHitRate());
    }
  }

  private void putRival(Map<String, @Nullable Object> fields) {
    if (rival != null) {
      RankingMetrics own = result.evaluation().all().model();
      fields.put("against", rival.modelId());
      for (Metric metric : Metric.CHIEF) {
        String name = "difference." + metric.name();
        fields.put(name, own.mean(metric) - rival.ranking().mean(metric));
        putInterval(fields, name, Bootstrap.difference(own, rival.ranking(), metric));
      }
    }
  }

  private void printTables(PrintWriter out) {
    ModelManifest model = result.manifest();
    Evaluation evaluation = result.evaluation();
    Comparison all = evaluation.all();
    line(
        out,
        "%s (%s, %s %s) on %s: the %s item of %,d users, ranked among %,d by %s search%n",
        model.modelId(),
        model.encoder(),
        model.similarity(),
        model.shape(),
        dataset,
        result.settings().targets().name().toLowerCase(Locale.ROOT),
        all.model().users(),
        items,
        algorithm());
    line(out, "%-10s%8s  %-17s%s", "", "model", "95 % interval", names(all));
    for (Metric metric : Metric.ALL) {
      line(
          out,
          "%-10s%8.4f  %-17s%s",
          metric.name(),
          all.model().mean(metric),
          Metric.CHIEF.contains(metric) ? words(Bootstrap.interval(all.model(), metric)) : "",
          values(all, metric));
    }
    line(
        out,
        "%nitemKnn goes by the last %d items, which does best on the validation items.",
        evaluation.lastItems());
    if (!(result.settings().algorithm() instanceof SearchAlgorithm.Exact)) {
      line(
          out,
          "Of the exact search's first 10 the search finds %.2f %%, of its first 100 %.2f %%.",
          100 * evaluation.recallOfExact().at10(),
          100 * evaluation.recallOfExact().at100());
    }
    printGroups(out, "popularity of the item", evaluation.byPopularity());
    printGroups(out, "events before it", evaluation.byHistory());
    printCold(out, evaluation.cold());
    printRival(out);
  }

  private static void printGroups(PrintWriter out, String by, Map<String, Comparison> groups) {
    groups.values().stream()
        .findFirst()
        .ifPresent(
            any -> line(out, "%nhr@10 by %s%n%-12s%9s%8s%s", by, "", "users", "model", names(any)));
    groups.forEach(
        (name, group) ->
            line(
                out,
                "%-12s%,9d%8.4f%s",
                name,
                group.model().users(),
                group.model().mean(HR_10),
                values(group, HR_10)));
  }

  private static void printCold(PrintWriter out, @Nullable ColdComparison cold) {
    if (cold != null) {
      line(
          out,
          "%n%,d items are new to the model; the last of them that each of %,d users chose, ranked"
              + " among them",
          cold.items(),
          cold.model().users());
      line(out, "%-10s%8s  %-17s%12s%12s", "", "model", "95 % interval", "popularity", "random");
      line(
          out,
          "%-10s%8.4f  %-17s%12.4f%12.4f",
          HR_10.name(),
          cold.model().mean(HR_10),
          words(Bootstrap.interval(cold.model(), HR_10)),
          cold.popularity().mean(HR_10),
          cold.randomHitRate());
    }
  }

  private void printRival(PrintWriter out) {
    if (rival != null) {
      RankingMetrics own = result.evaluation().all().model();
      line(out, "%nDifference to %s", rival.modelId());
      for (Metric metric : Metric.CHIEF) {
        line(
            out,
            "%-10s%+8.4f  %s",
            metric.name(),
            own.mean(metric) - rival.ranking().mean(metric),
            words(Bootstrap.difference(own, rival.ranking(), metric)));
      }
    }
  }

  private static String names(Comparison comparison) {
    return comparison.baselines().keySet().stream()
        .map("%12s"::formatted)
        .collect(Collectors.joining());
  }

  private static String values(Comparison comparison, Metric metric) {
    return comparison.baselines().values().stream()
        .map(ranking -> String.format(Locale.ROOT, "%12.4f", ranking.mean(metric)))
        .collect(Collectors.joining());
  }

  private static String words(Bootstrap.Interval interval) {
    return String.format(Locale.ROOT, "%.4f to %.4f", interval.low(), interval.high());
  }

  private static void line(PrintWriter out, String words, Object... arguments) {
    out.println(String.format(Locale.ROOT, words, arguments));
  }
}
