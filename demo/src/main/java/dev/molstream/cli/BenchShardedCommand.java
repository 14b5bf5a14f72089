package dev.molstream.cli;

import dev.molstream.bench.ShardedBenchmark;
import dev.molstream.demo.Progress;
import dev.molstream.demo.Running;
import dev.molstream.retrieval.MolShape;
import dev.molstream.service.CommandErrors;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code molstream bench sharded}. */
@Command(
    name = "sharded",
    description =
        "Compares instances that share the items with one that has them all, and kills one of them"
            + " under load. Fails when an answer differs or is lost.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class BenchShardedCommand implements Callable<Integer> {
  private static final MolShape SHAPE = new MolShape(64, 4, 4, 32, 128, 0.05f);

  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;
  @Mixin private AppOptions app;

  @Option(
      names = "--items",
      paramLabel = "N",
      description = "Items in the catalogue (default: ${DEFAULT-VALUE}).")
  private int items = 20_000;

  @Option(
      names = "--instances",
      paramLabel = "N",
      description = "How many share them (default: ${DEFAULT-VALUE}).")
  private int instances = 3;

  @Option(
      names = "--requests",
      paramLabel = "N",
      description = "How many answers are compared (default: ${DEFAULT-VALUE}).")
  private int requests = 500;

  @Override
  public Integer call() {
    Range.require(spec, "--items", items, 100, 20_000_000);
    Range.require(spec, "--instances", instances, 2, 6);
    Range.require(spec, "--requests", requests, 1, 100_000);
    ShardedBenchmark.Plan plan =
        new ShardedBenchmark.Plan(items, SHAPE, instances, requests, app.settings(), app.flags());
    Progress progress = ProgressDisplay.onStderr();
    boolean same;
    try (StreamResults results = new StreamResults(spec, json);
        Running running = Running.untilStopped()) {
      same = ShardedBenchmark.run(plan, running, progress, results);
    }
    return same ? 0 : CommandErrors.FAILED;
  }
}
