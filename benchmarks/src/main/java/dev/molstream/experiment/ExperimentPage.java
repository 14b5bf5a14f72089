package dev.molstream.experiment;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.molstream.benchmark.InvalidBenchmarkException;
import dev.molstream.benchmark.machine.Machine;
import dev.molstream.benchmark.report.Row;
import dev.molstream.benchmark.report.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The page that collects the experiments. Results of each lie between two markers, {@code <!--
 * experiment NAME -->} and {@code <!-- end -->}, and are replaced when it runs again; all else is
 * written by hand and stays. Charts go to a folder of the page's name without {@code .md}.
 */
public final class ExperimentPage {
  private static final String END = "<!-- end -->";
  private static final String EXTENSION = ".md";

  private final Path file;
  private final Experiment experiment;

  private ExperimentPage(Path file, Experiment experiment) {
    this.file = file;
    this.experiment = experiment;
  }

  /**
   * The page at a path, to be written when the experiment is done.
   *
   * @param file ends in .md; a page that is not there yet is made of all experiments' questions
   * @throws InvalidBenchmarkException when the page's markers do not match
   */
  public static ExperimentPage at(Path file, Experiment experiment) {
    ExperimentPage page = new ExperimentPage(file, experiment);
    var _ = page.with("");
    return page;
  }

  /**
   * Puts the results in their place.
   *
   * @param command that made them
   * @throws UncheckedIOException when page or chart cannot be written
   */
  public void write(String command, String dataName, List<Row> rows) {
    String name = String.valueOf(file.getFileName());
    String folder = name.substring(0, name.length() - EXTENSION.length());
    String chart = folder + "/" + experiment.name() + ".svg";
    try {
      Path drawn = file.resolveSibling(chart);
      Files.createDirectories(drawn.toAbsolutePath().getParent());
      Files.write(drawn, experiment.chart(rows).toSvg());
      Files.writeString(file, with(section(command, dataName, rows, chart)), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private String section(String command, String dataName, List<Row> rows, String chart) {
    return "\nMade by\n\n```\n%s\n```\n\non %s.\n\n%s\n![%s](%s)\n\n"
        .formatted(
            command,
            machine(dataName),
            Table.of(experiment.title(), experiment.columns(), rows).toMarkdown(),
            experiment.chart(rows).title(),
            chart);
  }

  private static String machine(String dataName) {
    Row machine = Machine.name();
    return "%s, %s cores, load average %s, %s, %s; data %s; commit %s"
        .formatted(
            machine.text("cpu"),
            machine.text("cores"),
            machine.text("loadAverage"),
            machine.text("jvm"),
            machine.text("os"),
            dataName,
            machine.text("commit"));
  }

  /** The page with this between the experiment's markers. */
  private String with(String section) {
    String begin = begin(experiment);
    String page = Files.exists(file) ? read() : skeleton();
    int from = page.indexOf(begin);
    if (from < 0) {
      page = page.stripTrailing() + "\n\n" + place(experiment);
      from = page.indexOf(begin);
    }
    int start = from + begin.length();
    int end = page.indexOf(END, start);
    int next = page.indexOf("<!-- experiment ", start);
    if (end < 0 || (next >= 0 && next < end)) {
      throw new InvalidBenchmarkException(
          "--report %s has %s without %s after it".formatted(file, begin, END));
    }
    return page.substring(0, start) + "\n" + section + page.substring(end);
  }

  private String read() {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static String skeleton() {
    StringBuilder page =
        new StringBuilder(
            """
            # Experiments

            What the paper behind Mixture-of-Logits \
            ([arXiv 2407.15462](https://arxiv.org/abs/2407.15462)) claims, measured here. Each \
            section has the command that made it.
            """);
    Experiments.ALL.forEach(experiment -> page.append('\n').append(place(experiment)));
    return page.toString();
  }

  private static String place(Experiment experiment) {
    return "## %s\n\n%s\n\n%s\n%s\n"
        .formatted(experiment.title(), experiment.question(), begin(experiment), END);
  }

  private static String begin(Experiment experiment) {
    return "<!-- experiment " + experiment.name() + " -->";
  }
}
