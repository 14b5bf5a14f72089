package dev.molstream.cli;

import dev.molstream.demo.Learning;
import dev.molstream.model.ModelManifest;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How good a bundle is, with popularity beside it.
 *
 * @param items items in the catalogue
 * @param algorithm how the items were searched
 */
record EvaluationReport(String dataset, int items, String algorithm, Learning.Result result) {

  void print(PrintWriter out, boolean json) {
    if (json) {
      printJson(new JsonLines(out));
    } else {
      printTable(out);
    }
  }

  private void printJson(JsonLines json) {
    ModelManifest model = result.manifest();
    List<Object> fields =
        new ArrayList<>(
            Arrays.asList(
                "dataset", dataset,
                "users", result.ranking().users(),
                "items", items,
                "modelId", model.modelId(),
                "encoder", model.encoder(),
                "similarity", model.similarity(),
                "shape", model.shape().toString(),
                "algorithm", algorithm));
    result
        .ranking()
        .asMap()
        .forEach(
            (name, value) -> {
              fields.add(name);
              fields.add(value);
            });
    fields.addAll(
        Arrays.asList(
            "popularityHr@10",
            result.popularity().hitRate(10),
            "trainingSeconds",
            result.trained().toMillis() / 1e3));
    json.print("evaluation", fields.toArray());
  }

  private void printTable(PrintWriter out) {
    ModelManifest model = result.manifest();
    out.printf(
        Locale.ROOT,
        "%s (%s, %s %s), %s search, on %s: %,d users, %,d items%n%n           model  popularity%n",
        model.modelId(),
        model.encoder(),
        model.similarity(),
        model.shape(),
        algorithm,
        dataset,
        result.ranking().users(),
        items);
    Map<String, Double> popularity = result.popularity().asMap();
    result
        .ranking()
        .asMap()
        .forEach(
            (name, value) ->
                out.printf(
                    Locale.ROOT,
                    "%-8s  %.4f      %.4f%n",
                    name,
                    value,
                    popularity.getOrDefault(name, 0.0)));
  }
}
