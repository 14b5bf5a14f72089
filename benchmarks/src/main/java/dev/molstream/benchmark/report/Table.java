package dev.molstream.benchmark.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table of texts.
 *
 * @param title what it shows
 * @param headings of the columns
 * @param lines each with one text per column
 */
public record Table(String title, List<String> headings, List<List<String>> lines) {
  public Table {
    headings = List.copyOf(headings);
    lines = List.copyOf(lines);
  }

  /** A line per result. */
  public static Table of(String title, List<Column> columns, List<Row> rows) {
    return new Table(
        title,
        columns.stream().map(Column::heading).toList(),
        rows.stream()
            .map(row -> columns.stream().map(column -> column.cell().apply(row)).toList())
            .toList());
  }

  /** For a terminal: numbers to the right, everything else to the left. */
  public String toText() {
    int[] widths =
        IntStream.range(0, headings.size())
            .map(
                column ->
                    all().stream().mapToInt(line -> line.get(column).length()).max().orElse(0))
            .toArray();
    StringBuilder text = new StringBuilder(title).append('\n');
    for (List<String> line : headings.stream().allMatch(String::isEmpty) ? lines : all()) {
      StringBuilder out = new StringBuilder(" ");
      for (int column = 0; column < widths.length; column++) {
        String cell = line.get(column);
        String space = " ".repeat(widths[column] - cell.length());
        out.append("  ").append(isNumeric(column) ? space + cell : cell + space);
      }
      text.append(out.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /** For a page, without the title. */
  public String toMarkdown() {
    StringBuilder page = new StringBuilder(markdown(headings));
    page.append(
        IntStream.range(0, headings.size())
            .mapToObj(column -> isNumeric(column) ? "---:" : "---")
            .collect(Collectors.joining("|", "|", "|\n")));
    lines.forEach(line -> page.append(markdown(line)));
    return page.toString();
  }

  private static String markdown(List<String> cells) {
    return cells.stream()
        .map(cell -> cell.replace("|", "\\|"))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  private List<List<String>> all() {
    List<List<String>> all = new ArrayList<>();
    all.add(headings);
    all.addAll(lines);
    return all;
  }

  /** A column is one of numbers when every cell is empty or begins like one. */
  private boolean isNumeric(int column) {
    return !headings.get(column).isEmpty()
        && lines.stream().allMatch(line -> line.get(column).matches("|[-+]?[\\d.].*"));
  }
}
