package dev.molstream.benchmark.report;

import static dev.molstream.benchmark.report.Column.number;
import static dev.molstream.benchmark.report.Column.text;
import static dev.molstream.benchmark.report.Column.whole;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which tables show which results. */
public final class Tables {
  private static final Map<String, String> FACTS =
      Map.of("machine", "Machine", "catalogue", "Catalogue");

  private Tables() {}

  /** What was measured on what: a table of names and values each. */
  public static List<Table> facts(List<Row> rows) {
    List<Table> tables = new ArrayList<>();
    for (Row row : rows) {
      String title = FACTS.get(row.kind());
      if (title != null) {
        List<List<String>> lines =
            row.fields().entrySet().stream()
                .filter(field -> !field.getKey().equals("bench"))
                .map(field -> List.of(field.getKey(), field.getValue().toString()))
                .toList();
        tables.add(new Table(title, List.of("", ""), lines));
      }
    }
    return tables;
  }

  /** A table per kind of result there is, in the order of the run. */
  public static List<Table> of(List<Row> rows) {
    List<Table> tables = new ArrayList<>();
    add(tables, "Search", rows, "retrieval", search());
    add(tables, "Search under a filter", rows, "filter", filters());
    add(tables, "Search while items change", rows, "updates", updates());
    add(tables, "Search as the catalogue grows", rows, "growth", growth());
    add(
        tables,
        "Peers, one thread: candidates from a graph, ranked by our scorer",
        graphs(rows),
        "baseline",
        peers());
    add(
        tables,
        "Peers, one thread: scoring everything",
        without(rows, graphs(rows)),
        "baseline",
        scorers());
    return tables;
  }

  private static void add(
      List<Table> tables, String title, List<Row> rows, String kind, List<Column> columns) {
    List<Row> shown = rows.stream().filter(row -> row.kind().equals(kind)).toList();
    if (!shown.isEmpty()) {
      tables.add(Table.of(title, columns, shown));
    }
  }

  private static List<Column> search() {
    return List.of(
        text("algorithm", "algorithm"),
        text("setting", "setting"),
        whole("threads", "threads"),
        number("recall", "recall", 4),
        number("p50 ms", "p50Millis", 3),
        number("p99 ms", "p99Millis", 3),
        number("queries/s", "queriesPerSecond", 1),
        number("µs/item", "microsPerItem", 4),
        number("times exact", "speedupOverExact", 1),
        number("cpu share", "cpuShare", 2),
        whole("candidates", "candidates"),
        whole("bytes/item", "bytesPerItem"),
        whole("allocated", "allocatedBytesPerQuery"));
  }

  private static List<Column> filters() {
    return List.of(
        text("filter", "filter"),
        new Column("share", row -> share(row.number("share"))),
        whole("passing", "passing"),
        text("algorithm", "algorithm"),
        text("setting", "setting"),
        number("recall", "recall", 4),
        number("p50 ms", "p50Millis", 3),
        number("p99 ms", "p99Millis", 3),
        whole("candidates", "candidates"));
  }

  private static List<Column> updates() {
    return List.of(
        text("algorithm", "algorithm"),
        text("setting", "setting"),
        whole("asked items/s", "updatesPerSecond"),
        whole("written items/s", "writtenPerSecond"),
        number("p50 ms idle", "idleP50Millis", 3),
        number("p50 ms", "p50Millis", 3),
        number("p99 ms idle", "idleP99Millis", 3),
        number("p99 ms", "p99Millis", 3));
  }

  private static List<Column> growth() {
    return List.of(
        whole("items", "items"),
        text("algorithm", "algorithm"),
        text("setting", "setting"),
        number("recall", "recall", 4),
        number("p50 ms", "p50Millis", 3),
        number("µs/item", "microsPerItem", 4));
  }

  private static List<Column> peers() {
    return List.of(
        text("name", "name"),
        text("vectors", "vectors"),
        text("setting", "setting"),
        whole("items", "items"),
        number("recall", "recall", 4),
        number("p50 ms", "p50Millis", 3),
        number("p99 ms", "p99Millis", 3),
        whole("candidates", "candidates"),
        number("build s", "buildSeconds", 1),
        whole("bytes/item", "bytesPerItem"));
  }

  private static List<Column> scorers() {
    return List.of(
        text("name", "name"),
        text("setting", "setting"),
        whole("items", "items"),
        number("µs/item", "microsPerItem", 3),
        number("our kernel µs/item", "engineMicrosPerItem", 3),
        text("largest difference", "largestDifference"));
  }

  private static List<Row> graphs(List<Row> rows) {
    return rows.stream().filter(row -> row.text("vectors") != null).toList();
  }

  private static List<Row> without(List<Row> rows, List<Row> others) {
    return rows.stream().filter(row -> !others.contains(row)).toList();
  }

  private static String share(double share) {
    return String.format(Locale.ROOT, "%.1f %%", share * 100);
  }
}
