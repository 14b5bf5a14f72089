package dev.molstream.cli;

import dev.molstream.bench.SwapBenchmark;
import dev.molstream.demo.Running;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code molstream bench swap}. */
@Command(
    name = "swap",
    description = {
      "Swaps one model for another under load, rolls it back, and measures the answers meanwhile,"
          + " the broker and both services on this machine.",
      "Exit status 1 when a request was not answered, or an answer is a mixture of two models."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class BenchSwapCommand implements Callable<Integer> {
  private static final int MOST_PER_SECOND = 10_000;
  private static final int MOST_SECONDS = 3_600;
  private static final int MOST_SWAPS = 1_000;

  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;
  @Mixin private DataOption data;
  @Mixin private AppOptions app;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = "Requests per second (default: ${DEFAULT-VALUE}).")
  private int rate = 300;

  @Option(
      names = "--duration",
      paramLabel = "S",
      description = "Seconds before the swap and after the roll-back (default: ${DEFAULT-VALUE}).")
  private int seconds = 30;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      description = "Seconds of the same load before that, uncounted (default: ${DEFAULT-VALUE}).")
  private int warmUp = 20;

  @Option(
      names = "--swaps",
      paramLabel = "N",
      description =
          "Swaps, one after another, each with its warm-up, and with the second model retired in"
              + " between (default: ${DEFAULT-VALUE}). Services compile for the first what later"
              + " ones find compiled.")
  private int swaps = 1;

  @Option(
      names = "--bundle",
      paramLabel = "DIR",
      description =
          "A bundle; given twice: the model to begin with and the one to swap to. Without it, two"
              + " models with random weights.")
  private List<Path> bundles = List.of();

  @Override
  public Integer call() {
    require("--rate", rate, MOST_PER_SECOND);
    require("--duration", seconds, MOST_SECONDS);
    require("--warm-up", warmUp, MOST_SECONDS);
    require("--swaps", swaps, MOST_SWAPS);
    if (bundles.size() != 0 && bundles.size() != 2) {
      throw new ParameterException(
          spec.commandLine(), "--bundle is given " + bundles.size() + " times, valid is 0 or 2");
    }
    SwapBenchmark.Plan plan =
        new SwapBenchmark.Plan(
            data.open(),
            bundle(0),
            bundle(1),
            rate,
            Duration.ofSeconds(seconds),
            Duration.ofSeconds(warmUp),
            swaps,
            app.settings(),
            app.flags());
    PrintWriter out = spec.commandLine().getOut();
    long wrong = 0;
    try (Running running = Running.untilStopped()) {
      for (SwapBenchmark swap : SwapBenchmark.run(plan, running, ProgressDisplay.onStderr())) {
        if (json.isOn) {
          out.println(swap.row(plan).toJson());
        } else {
          print(swap, out);
        }
        wrong += swap.lost() + swap.duplicated() + swap.notRanked() + swap.mixed();
      }
    }
    return wrong == 0 ? 0 : 1;
  }

  private static void print(SwapBenchmark swap, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "Swap %d. %,d requests at %d/s: %d lost, %d answered twice, %d not ranked.%nOf %,d"
            + " recomputed %d mixed, %d without an item that an exact search finds.%n99 %% within"
            + " %.1f ms before, %.1f ms during (%.1f times; %.1f while staging, %.1f while"
            + " switching, the slowest %.1f), %.1f ms after.%nFirst answer of the new model %.0f ms"
            + " after its release, last one %.0f ms after the roll-back.%n",
        swap.swap(),
        swap.requests(),
        swap.rate(),
        swap.lost(),
        swap.duplicated(),
        swap.notRanked(),
        swap.verified(),
        swap.mixed(),
        swap.incomplete(),
        swap.p99BeforeMillis(),
        swap.p99DuringMillis(),
        swap.ratio(),
        swap.p99StagingMillis(),
        swap.p99SwitchingMillis(),
        swap.worstDuringMillis(),
        swap.p99AfterMillis(),
        swap.swapMillis(),
        swap.rollBackMillis());
  }

  private @Nullable Path bundle(int number) {
    return bundles.isEmpty() ? null : bundles.get(number);
  }

  private void require(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw new ParameterException(
          spec.commandLine(), option + " is " + value + ", valid is 1 to " + most);
    }
  }
}
