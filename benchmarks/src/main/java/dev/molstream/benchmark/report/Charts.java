package dev.molstream.benchmark.report;

import dev.molstream.benchmark.report.Chart.Axis;
import dev.molstream.benchmark.report.Chart.Point;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Which charts show which results of the retrieval benchmark. */
final class Charts {
  private static final Axis MILLIS = new Axis("p50 milliseconds", true);

  private Charts() {}

  /** The charts these rows suffice for, by file name. */
  static Map<String, Chart> of(List<Row> rows) {
    Map<String, Chart> charts = new LinkedHashMap<>();
    add(
        charts,
        "recall-latency",
        new Chart(
            "Recall and latency, one thread",
            MILLIS,
            new Axis("recall", false),
            curves(
                rows,
                row -> isOneThreadSearch(row) || isFullSizeGraph(row, rows),
                row -> Point.of(row, "p50Millis", "recall"))));
    add(
        charts,
        "latency-items",
        new Chart(
            "Latency and catalogue size, one thread",
            new Axis("items", true),
            MILLIS,
            curves(
                rows,
                row -> row.kind().equals("growth"),
                row -> Point.of(row, "items", "p50Millis"))));
    return charts;
  }

  private static void add(Map<String, Chart> charts, String name, Chart chart) {
    if (!chart.curves().isEmpty()) {
      charts.put(name, chart);
    }
  }

  private static Map<String, List<Point>> curves(
      List<Row> rows, Predicate<Row> shown, Function<Row, Point> point) {
    return rows.stream()
        .filter(shown)
        .collect(
            Collectors.groupingBy(
                Charts::curve, LinkedHashMap::new, Collectors.mapping(point, Collectors.toList())));
  }

  private static String curve(Row row) {
    String algorithm = row.text("algorithm");
    return algorithm != null
        ? algorithm
        : Objects.requireNonNullElse(row.text("name"), "") + ", " + row.text("vectors");
  }

  private static boolean isOneThreadSearch(Row row) {
    return row.kind().equals("retrieval") && row.number("threads") == 1;
  }

  /** Whether the row is of a peer on as many items as ours. */
  private static boolean isFullSizeGraph(Row row, List<Row> rows) {
    return row.kind().equals("baseline")
        && row.text("vectors") != null
        && rows.stream()
            .anyMatch(
                ours -> isOneThreadSearch(ours) && ours.number("items") == row.number("items"));
  }
}
