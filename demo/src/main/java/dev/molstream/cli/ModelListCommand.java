package dev.molstream.cli;

import dev.molstream.demo.Releases;
import dev.molstream.schemas.ReleaseState;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code molstream model list}. */
@Command(
    name = "list",
    description = "Shows the models that are released, and how far their embedding has come.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets what is annotated
final class ModelListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ReleasesOption releases;

  @Override
  public Integer call() {
    List<Releases.Row> rows = releases.with(Releases::list);
    PrintWriter out = spec.commandLine().getOut();
    if (!releases.isJson()) {
      out.printf(
          "%-32s %-8s %7s %10s %-22s %s%n",
          "model", "state", "share", "bundle", "released", "embedded");
    }
    for (Releases.Row row : rows) {
      if (releases.isJson()) {
        printJson(out, row);
      } else {
        out.printf(
            Locale.ROOT,
            "%-32s %-8s %5.1f %% %6.1f MiB %-22s %s%n",
            row.release().getModelId(),
            row.release().getState(),
            100 * share(row),
            row.bytes() / (double) (1 << 20),
            row.release().getTimestamp(),
            progress(row));
      }
    }
    return 0;
  }

  private static void printJson(PrintWriter out, Releases.Row row) {
    new JsonLines(out)
        .print(
            "model",
            "modelId",
            row.release().getModelId(),
            "state",
            row.release().getState().name(),
            "share",
            share(row),
            "bytes",
            row.bytes(),
            "released",
            row.release().getTimestamp().toString(),
            "sha256",
            row.release().getSha256(),
            "recordsLeft",
            row.recordsLeft(),
            "records",
            row.records());
  }

  /** Of a staged model the record says what it had, which is nobody's traffic now. */
  private static double share(Releases.Row row) {
    return row.release().getState() == ReleaseState.LIVE ? row.release().getTrafficShare() : 0;
  }

  private static String progress(Releases.Row row) {
    return row.recordsLeft() == 0
        ? "all"
        : String.format(Locale.ROOT, "%,d of %,d records left", row.recordsLeft(), row.records());
  }
}
