package dev.molstream.bench;

import static dev.molstream.benchmark.report.Column.number;
import static dev.molstream.benchmark.report.Column.text;
import static dev.molstream.benchmark.report.Column.whole;

import dev.molstream.benchmark.report.Column;
import dev.molstream.benchmark.report.Row;
import dev.molstream.benchmark.report.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The results of the streaming benchmarks as tables, one per kind. */
public final class StreamTables {
  private static final Map<String, Form> FORMS = forms();

  private record Form(String title, List<Column> columns) {}

  private StreamTables() {}

  /** A table per kind of result there is. */
  public static List<Table> of(List<Row> rows) {
    List<Table> tables = new ArrayList<>();
    FORMS.forEach(
        (kind, form) -> {
          List<Row> shown = rows.stream().filter(row -> row.kind().equals(kind)).toList();
          if (!shown.isEmpty()) {
            tables.add(Table.of(form.title(), form.columns(), shown));
          }
        });
    return tables;
  }

  private static Map<String, Form> forms() {
    Map<String, Form> forms = new LinkedHashMap<>();
    forms.put("stream", new Form("From request to answer", load()));
    forms.put(
        "throughput", new Form("The highest rate with nothing lost and p99 ≤ 100 ms", load()));
    forms.put(
        "freshness",
        new Form(
            "From a change to an answer that shows it",
            List.of(
                text("change", "kind"),
                text("guarantee", "guarantee"),
                whole("samples", "samples"),
                whole("other requests/s", "backgroundRate"),
                number("p50 ms", "p50Millis", 1),
                number("p90 ms", "p90Millis", 1),
                number("p99 ms", "p99Millis", 1),
                number("worst ms", "maxMillis", 1))));
    forms.put(
        "read-your-writes",
        new Form(
            "Answers without the user's acknowledged event",
            List.of(
                text("guarantee", "guarantee"),
                text("afterEvents", "token"),
                whole("pairs", "pairs"),
                whole("users at once", "concurrentUsers"),
                whole("pairs/s", "pairsPerSecond"),
                whole("violations", "violations"),
                number("p50 ms", "p50Millis", 1),
                number("p99 ms", "p99Millis", 1))));
    forms.put(
        "restart",
        new Form(
            "From the start of a stream-app's process until it is ready",
            List.of(
                text("start", "kind"),
                whole("items", "items"),
                text("shape", "shape"),
                number("seconds to ready", "secondsToReady", 1),
                number("seconds to first answer", "secondsToFirstAnswer", 1))));
    forms.put(
        "sharded",
        new Form(
            "Instances that share the items against one that has them all",
            List.of(
                whole("instances", "instances"),
                whole("shards", "shards"),
                whole("items", "items"),
                whole("answers compared", "compared"),
                whole("the same", "same"),
                number("p50 ms", "p50Millis", 1),
                number("p99 ms", "p99Millis", 1),
                number("one instance p50 ms", "replicatedP50Millis", 1),
                number("one instance p99 ms", "replicatedP99Millis", 1),
                whole("requests after a kill", "requestsAfterKill"),
                whole("partial", "partialAfterKill"),
                whole("lost", "lostAfterKill"),
                number("seconds until whole", "secondsUntilWhole", 1))));
    return forms;
  }

  private static List<Column> load() {
    return List.of(
        text("guarantee", "guarantee"),
        text("commit ms", "commitIntervalMillis"),
        text("protocol", "groupProtocol"),
        whole("threads", "streamThreads"),
        whole("requests/s", "rate"),
        whole("seconds", "seconds"),
        whole("answered", "answered"),
        whole("lost", "lost"),
        whole("doubled", "duplicated"),
        number("p50 ms", "p50Millis", 1),
        number("p99 ms", "p99Millis", 1),
        number("p99.9 ms", "p999Millis", 1),
        whole("encode µs", "meanEncodeMicros"),
        whole("search µs", "meanSearchMicros"));
  }
}
