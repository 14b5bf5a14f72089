package dev.molstream.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.molstream.benchmark.report.Column;
import dev.molstream.benchmark.report.Row;
import dev.molstream.benchmark.report.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page of the streaming benchmarks: prose written by hand, and tables made of what {@code bench
 * … --json} printed, each between {@code <!-- KIND -->} and {@code <!-- end -->}.
 */
final class StreamPage {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern PLACE =
      Pattern.compile("(<!-- ([a-z-]+) -->\n).*?(<!-- end -->)", Pattern.DOTALL);
  private static final List<String> MACHINE = List.of("cpu", "cores", "jvm", "commit");

  private StreamPage() {}

  /** The results in a text of one JSON object per line; empty lines are passed over. */
  static List<Row> read(String lines) {
    List<Row> rows = new ArrayList<>();
    int number = 0;
    for (String line : lines.split("\n")) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      try {
        rows.add(
            new Row(JSON.readValue(line, new TypeReference<LinkedHashMap<String, Object>>() {})));
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException("line " + number + " is no JSON object: " + line, e);
      }
    }
    return rows;
  }

  /** The page with the tables of these results in place of those it has. */
  static String with(String page, List<Row> rows) {
    return PLACE
        .matcher(page)
        .replaceAll(
            place ->
                Matcher.quoteReplacement(place.group(1) + table(place, rows) + place.group(3)));
  }

  private static String table(MatchResult place, List<Row> rows) {
    String kind = place.group(2);
    List<Table> tables =
        kind.equals("machine")
            ? machines(rows)
            : StreamTables.of(rows.stream().filter(row -> row.kind().equals(kind)).toList());
    return tables.isEmpty() ? "" : "\n" + tables.getFirst().toMarkdown() + "\n";
  }

  private static List<Table> machines(List<Row> rows) {
    List<Row> machines =
        rows.stream()
            .map(
                row -> {
                  Map<String, Object> facts = new LinkedHashMap<>(row.fields());
                  facts.keySet().retainAll(MACHINE);
                  return new Row(facts);
                })
            .distinct()
            .toList();
    return machines.isEmpty()
        ? List.of()
        : List.of(
            Table.of(
                "Machine",
                MACHINE.stream().map(fact -> Column.text(fact, fact)).toList(),
                machines));
  }
}
