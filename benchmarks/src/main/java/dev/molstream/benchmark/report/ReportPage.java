package dev.molstream.benchmark.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Results as a page: the command, the machine, tables, and charts in a folder beside the page. */
public final class ReportPage {
  private static final String EXTENSION = ".md";

  private final String command;
  private final List<Row> rows;

  private ReportPage(String command, List<Row> rows) {
    this.command = command;
    this.rows = List.copyOf(rows);
  }

  /** A page of these results of this command. */
  public static ReportPage of(String command, List<Row> rows) {
    return new ReportPage(command, rows);
  }

  /** Whether a page can have this path: one that ends in .md. */
  public static boolean isValidPath(Path page) {
    String name = String.valueOf(page.getFileName());
    return name.endsWith(EXTENSION) && name.length() > EXTENSION.length();
  }

  /**
   * Writes the page, and its charts to a folder of the same name without {@code .md}; what is there
   * is replaced.
   *
   * @throws UncheckedIOException when they cannot be written
   */
  public void write(Path page) {
    String name = String.valueOf(page.getFileName());
    String folder = name.substring(0, name.length() - EXTENSION.length());
    Path charts = page.resolveSibling(folder);
    try {
      Files.createDirectories(charts);
      Map<String, Chart> drawn = Charts.of(rows);
      for (Map.Entry<String, Chart> chart : drawn.entrySet()) {
        Files.write(charts.resolve(chart.getKey() + ".svg"), chart.getValue().toSvg());
      }
      Files.writeString(page, text(folder, drawn), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + page + ": " + e.getMessage(), e);
    }
  }

  private String text(String folder, Map<String, Chart> charts) {
    StringBuilder page = new StringBuilder("# Benchmarks\n\nMade by\n\n```\n");
    page.append(command).append("\n```\n");
    Tables.facts(rows).forEach(table -> append(page, table));
    page.append(
        """

        Items beyond the data set's are mixtures of two or three near ones plus noise, sent through \
        the end of the trained item tower. Queries are histories of real users up to the event held \
        out for testing.

        ## Curves

        Recall is the share of the exact answer's items; an item that scores the same counts. All \
        algorithms search by turns in one run. Times are of one query, one thread unless a column \
        says otherwise; a CPU share below 1 tells of a busy machine and times that are too long; \
        allocated bytes are on the heap, per search.
        """);
    charts.forEach(
        (name, chart) ->
            page.append("\n![%s](%s/%s.svg)\n".formatted(chart.title(), folder, name)));
    Tables.of(rows).forEach(table -> append(page, table));
    return page.toString();
  }

  private static void append(StringBuilder page, Table table) {
    page.append("\n## ").append(table.title()).append("\n\n").append(table.toMarkdown());
  }
}
