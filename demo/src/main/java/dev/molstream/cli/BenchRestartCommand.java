package dev.molstream.cli;

import dev.molstream.bench.RestartBenchmark;
import dev.molstream.demo.Progress;
import dev.molstream.demo.Running;
import dev.molstream.retrieval.MolShape;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code molstream bench restart}. */
@Command(
    name = "restart",
    description =
        "Measures how long a stream-app takes until it is ready: with an empty disk, after a clean"
            + " stop, after SIGKILL.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class BenchRestartCommand implements Callable<Integer> {
  private static final int BASE_DIMENSION = 64;
  private static final int GATE_HIDDEN = 128;
  private static final float TEMPERATURE = 0.05f;

  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;
  @Mixin private AppOptions app;

  @Option(
      names = "--items",
      paramLabel = "N",
      description = "Items in the catalogue (default: ${DEFAULT-VALUE}).")
  private int items = 1_000_000;

  @Option(
      names = "--shape",
      paramLabel = "PxPxd",
      converter = MixtureShape.Converter.class,
      description =
          "Query components x item components x their dimension of the random model"
              + " (default: 4x4x32).")
  private @Nullable MixtureShape shape;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "How often each kind of start is measured (default: ${DEFAULT-VALUE}).")
  private int runs = 1;

  @Override
  public Integer call() {
    Range.require(spec, "--items", items, 100, 20_000_000);
    Range.require(spec, "--runs", runs, 1, 100);
    RestartBenchmark.Plan plan =
        new RestartBenchmark.Plan(items, molShape(), runs, app.settings(), app.flags());
    Progress progress = ProgressDisplay.onStderr();
    try (StreamResults results = new StreamResults(spec, json);
        Running running = Running.untilStopped()) {
      RestartBenchmark.run(plan, running, progress, results);
    }
    return 0;
  }

  private MolShape molShape() {
    MixtureShape mixture = shape == null ? new MixtureShape(4, 4, 32, GATE_HIDDEN) : shape;
    try {
      return new MolShape(
          BASE_DIMENSION,
          mixture.queryComponents(),
          mixture.itemComponents(),
          mixture.componentDimension(),
          mixture.gateHidden(),
          TEMPERATURE);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--shape " + shape + ": " + e.getMessage());
    }
  }
}
