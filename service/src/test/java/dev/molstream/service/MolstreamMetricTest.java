package dev.molstream.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MolstreamMetricTest {
  private static final Path PAGE = Path.of("..", "docs", "metrics.md");

  @Test
  void isScrapedUnderTheNamesOfTheCatalogue() {
    try (ServiceMetrics metrics = ServiceMetrics.of("test")) {
      // given
      for (MolstreamMetric metric : MolstreamMetric.values()) {
        String[] labels = metric.labels().stream().map(label -> "some").toArray(String[]::new);
        switch (metric.kind()) {
          case COUNTER -> metric.counter(metrics.registry(), labels).increment();
          case TIMER -> metric.timer(metrics.registry(), labels).record(Duration.ofMillis(4));
          case GAUGE -> metric.gauge(metrics.registry(), () -> 1, labels);
        }
      }

      // when
      String scraped = metrics.registry().scrape();

      // then
      for (MolstreamMetric metric : MolstreamMetric.values()) {
        String series =
            metric.kind() == MolstreamMetric.Kind.TIMER
                ? metric.prometheusName() + "_count{"
                : metric.prometheusName() + "{";
        assertThat(scraped).contains("\n" + series);
        metric.labels().forEach(label -> assertThat(scraped).contains(label + "=\"some\""));
      }
      assertThat(scraped)
          .contains(
              "molstream_index_freshness_seconds_bucket{kind=\"some\",service=\"test\",le=\"0.005\"}"
                  + " 1")
          .contains("jvm_memory_used_bytes");
    }
  }

  @Test
  void refusesLabelValuesThatDoNotFit() {
    try (ServiceMetrics metrics = ServiceMetrics.of("test")) {
      assertThatThrownBy(() -> MolstreamMetric.REQUESTS.counter(metrics.registry()))
          .hasMessageContaining("status");
      assertThatThrownBy(() -> MolstreamMetric.READY.counter(metrics.registry()))
          .hasMessageContaining("READY is a GAUGE");
    }
  }

  /** {@code mvn -pl service -am test -Dpages.write} writes the page anew. */
  @Test
  void isDocumentedAsItIs() throws IOException {
    if (System.getProperty("pages.write") != null) {
      Files.writeString(PAGE, ReferencePages.metrics());
    }
    assertThat(Files.readString(PAGE))
        .as("out of date: run with -Dpages.write")
        .isEqualTo(ReferencePages.metrics());
  }
}
