package dev.molstream.bench;

import dev.molstream.benchmark.report.Row;
import dev.molstream.demo.Answer;
import dev.molstream.demo.Progress;
import dev.molstream.demo.RequestClient;
import dev.molstream.demo.Running;
import dev.molstream.demo.StalledException;
import dev.molstream.demo.TemporaryDirectory;
import dev.molstream.model.RandomBundle;
import dev.molstream.retrieval.MolShape;
import dev.molstream.schemas.RecommendationRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How long a stream-app takes from the start of its process until it says that it is ready, with a
 * catalogue of random items: with an empty disk, after a clean stop, and after SIGKILL. Whether it
 * is ready indeed, its count of items and an answer must show. One thread.
 */
public final class RestartBenchmark {
  private static final String MODEL = "restart";
  private static final long SEED = 1;
  private static final int LIST = 10;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Plan plan;
  private final Installation installation;
  private final Consumer<Row> results;
  private final Map<String, String> settings;

  /**
   * What to measure.
   *
   * @param items in the catalogue, at least 1
   * @param runs how often each kind is measured
   * @param extra further settings of the stream-app
   * @param appFlags flags of the stream-app's JVM
   */
  public record Plan(
      int items, MolShape shape, int runs, Map<String, String> extra, List<String> appFlags) {
    public Plan {
      extra = Map.copyOf(extra);
      appFlags = List.copyOf(appFlags);
    }
  }

  private RestartBenchmark(Plan plan, Installation installation, Consumer<Row> results) {
    this.plan = plan;
    this.installation = installation;
    this.results = results;
    this.settings = new HashMap<>();
    settings.put("index.expected.items", Integer.toString(plan.items()));
    settings.putAll(plan.extra());
  }

  /**
   * Runs it.
   *
   * @param running what is started is added to it, and runs until that is closed
   * @param results takes a row per kind and run
   */
  public static void run(Plan plan, Running running, Progress progress, Consumer<Row> results) {
    Path work = running.add(TemporaryDirectory.create()).path();
    Path bundle = work.resolve("bundle");
    RandomBundle.write(bundle, MODEL, plan.shape(), List.of(RandomEmbeddings.itemId(0)), SEED);
    Installation installation = Installation.start(running, work, bundle, plan.appFlags());
    new RandomEmbeddings(MODEL, plan.shape()).produce(installation, plan.items(), progress);
    RestartBenchmark benchmark = new RestartBenchmark(plan, installation, results);
    for (int run = 1; run <= plan.runs(); run++) {
      benchmark.measure("empty-disk");
      installation.stopApp();
      benchmark.measure("clean");
      installation.killApp();
      benchmark.measure("crash");
      installation.stopApp();
      new TemporaryDirectory(installation.appState()).close();
    }
  }

  private void measure(String kind) {
    boolean empty = !Files.exists(installation.appState());
    if (empty != kind.equals("empty-disk")) {
      throw new IllegalStateException(
          kind + ", but " + installation.appState() + " says otherwise");
    }
    Duration ready = installation.startApp(settings);
    long indexed = installation.indexedItems();
    if (indexed != plan.items()) {
      throw new StalledException("ready with %,d items of %,d".formatted(indexed, plan.items()));
    }
    Duration answered = firstAnswer();
    results.accept(
        Rows.here(
            Row.of("restart")
                .with("kind", kind)
                .with("items", plan.items())
                .with("shape", plan.shape().toString())
                .with("secondsToReady", ready.toMillis() / 1e3)
                .with("secondsToFirstAnswer", answered.toMillis() / 1e3)
                .with("settings", String.join(" ", plan.appFlags()) + plan.extra())));
  }

  private Duration firstAnswer() {
    try (RequestClient client =
        RequestClient.connect(installation.bootstrapServers(), installation.topics())) {
      Answer answer =
          client.ask(
              RecommendationRequest.newBuilder()
                  .setUserId("anyone")
                  .setK(LIST)
                  .setContextItems(List.of(RandomEmbeddings.itemId(plan.items() / 2))),
              PATIENCE);
      if (!answer.isOk() || answer.items().size() < Math.min(LIST, plan.items() - 1)) {
        throw new StalledException("ready, but answers " + answer.recommendations());
      }
      return installation.appAge();
    }
  }
}
