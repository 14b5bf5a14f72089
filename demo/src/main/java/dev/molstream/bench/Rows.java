package dev.molstream.bench;

import dev.molstream.benchmark.machine.Machine;
import dev.molstream.benchmark.report.Row;
import dev.molstream.load.LoadResult;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.HdrHistogram.Histogram;

/** Results as rows: each says on which machine and of which commit it is. */
final class Rows {
  private Rows() {}

  /** An empty result of a kind. */
  static Row of(String kind) {
    return Row.of(kind);
  }

  /** A result of a benchmark with a running system. */
  static Row of(String kind, Served served) {
    ServedSettings settings = served.settings();
    return Row.of(kind)
        .with("guarantee", settings.guarantee())
        .with("streamThreads", settings.streamThreads())
        .with("groupProtocol", settings.groupProtocol())
        .with("dataset", settings.dataset().name())
        .with("users", served.users().size())
        .with("modelId", served.model().modelId())
        .with("shape", served.model().shape().toString())
        .with("settings", settings(settings.appFlags(), settings.extra()));
  }

  /** A stream-app's flags and settings in a few words. */
  static String settings(List<String> flags, Map<String, String> settings) {
    return String.join(" ", flags) + settings;
  }

  /** The row and a load's figures. */
  static Row with(Row row, LoadResult load) {
    for (Map.Entry<String, Object> figure : load.figures().entrySet()) {
      row = row.with(figure.getKey(), figure.getValue());
    }
    return row;
  }

  /** The row and the percentiles of times in microseconds. */
  static Row with(Row row, Histogram micros) {
    return row.with("p50Millis", micros.getValueAtPercentile(50) / 1e3)
        .with("p90Millis", micros.getValueAtPercentile(90) / 1e3)
        .with("p99Millis", micros.getValueAtPercentile(99) / 1e3)
        .with("maxMillis", micros.getMaxValue() / 1e3);
  }

  /** The row and where it was measured. */
  static Row here(Row row) {
    Row machine = Machine.name();
    for (String fact : new String[] {"cpu", "cores", "loadAverage", "jvm", "commit"}) {
      row = row.with(fact, Objects.requireNonNull(machine.fields().get(fact)));
    }
    return row;
  }
}
