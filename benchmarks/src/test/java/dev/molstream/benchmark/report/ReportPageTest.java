package dev.molstream.benchmark.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportPageTest {
  @TempDir Path folder;

  @Test
  void showsCommandMachineTablesAndCharts() throws Exception {
    // given
    Path page = folder.resolve("docs/benchmarks.md");

    // when
    ReportPage.of("./molstream bench retrieval --items 9", rows()).write(page);

    // then
    assertThat(Files.readString(page))
        .contains("./molstream bench retrieval --items 9")
        .contains("| cpu | A Processor |")
        .contains("| exact |  | 1 | 1.0000 | 12.500 |")
        .contains("| averaged | N=500 | 1 | 0.9000 | 1.250 |")
        .contains("| 1.0 % | 90 |")
        .contains("(benchmarks/recall-latency.svg)")
        .contains("(benchmarks/latency-items.svg)");
    for (String chart : List.of("recall-latency", "latency-items")) {
      assertThat(folder.resolve("docs/benchmarks/" + chart + ".svg"))
          .content()
          .startsWith("<?xml")
          .contains("<svg")
          .endsWith("</svg>\n");
    }
  }

  @Test
  void leavesOutWhatWasNotMeasured() throws Exception {
    Path page = folder.resolve("page.md");

    ReportPage.of("command", List.of(rows().getFirst())).write(page);

    assertThat(Files.readString(page)).contains("A Processor").doesNotContain("svg", "Search");
  }

  @Test
  void takesOnlyPathsOfPages() {
    assertThat(ReportPage.isValidPath(Path.of("docs/benchmarks.md"))).isTrue();
    assertThat(ReportPage.isValidPath(Path.of("docs"))).isFalse();
    assertThat(ReportPage.isValidPath(Path.of(".md"))).isFalse();
  }

  @Test
  void alignsTablesForATerminal() {
    assertThat(Tables.of(rows()).getFirst().toText().lines())
        .startsWith("Search")
        .anyMatch(line -> line.startsWith("   algorithm  setting  threads  recall"))
        .anyMatch(line -> line.startsWith("   averaged   N=500          1  0.9000"));
  }

  @Test
  void keepsFiveDigitsInJson() {
    Row row = Row.of("x").with("a", 1.23456789).with("b", 123_456_789).with("c", "d");

    assertThat(row.toJson())
        .isEqualTo("{\"bench\":\"x\",\"a\":1.2346,\"b\":123456789,\"c\":\"d\"}");
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    rows.add(Row.of("machine").with("readGBps", 12.5).with("cpu", "A Processor"));
    rows.add(Row.of("catalogue").with("vectors", "float32").with("items", 9000));
    rows.add(search("retrieval", "exact", "", 9000, 1, 12.5));
    rows.add(search("retrieval", "averaged", "N=500", 9000, 0.9, 1.25));
    rows.add(
        search("filter", "averaged", "N=500", 9000, 1, 1).with("share", 0.01).with("passing", 90));
    rows.add(search("growth", "exact", "", 1000, 1, 1.5));
    rows.add(search("growth", "exact", "", 9000, 1, 12.5));
    rows.add(
        Row.of("baseline")
            .with("name", "jvector")
            .with("vectors", "averaged")
            .with("setting", "M=32 N=500")
            .with("items", 9000)
            .with("recall", 0.8)
            .with("p50Millis", 2.5));
    return rows;
  }

  private static Row search(
      String kind, String algorithm, String setting, int items, double recall, double millis) {
    return Row.of(kind)
        .with("algorithm", algorithm)
        .with("setting", setting)
        .with("items", items)
        .with("threads", 1)
        .with("recall", recall)
        .with("p50Millis", millis);
  }
}
