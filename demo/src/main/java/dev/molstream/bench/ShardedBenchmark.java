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
import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.schemas.RecommendedItem;
import dev.molstream.schemas.RequestFilters;
import dev.molstream.schemas.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.HdrHistogram.Histogram;
import org.apache.kafka.common.errors.InterruptException;

/**
 * A sharded catalogue against a replicated one: the same requests to one instance with all items,
 * then to several that share them; are the answers the same, and how long do they take? Then one of
 * those is killed while requests flow. One thread.
 */
public final class ShardedBenchmark {
  private static final String MODEL = "sharded";
  private static final long SEED = 1;
  private static final int CONTEXT = 5;
  private static final long MOST_MICROS = TimeUnit.MINUTES.toMicros(2);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration GAP = Duration.ofMillis(25);

  /** So many whole answers in a row after a kill, and all is well again. */
  private static final int WELL = 100;

  private final Plan plan;
  private final Installation installation;
  private final List<RecommendationRequest.Builder> requests;

  /**
   * What to measure.
   *
   * @param items in the catalogue, at least 1
   * @param instances that share them, at least 2
   * @param requests how many answers to compare
   * @param extra further settings of the stream-app
   * @param appFlags flags of the stream-app's JVM
   */
  public record Plan(
      int items,
      MolShape shape,
      int instances,
      int requests,
      Map<String, String> extra,
      List<String> appFlags) {
    public Plan {
      extra = Map.copyOf(extra);
      appFlags = List.copyOf(appFlags);
    }
  }

  private record Asked(List<List<RecommendedItem>> lists, Histogram micros) {}

  private record Killed(int answers, int partial, int lost, Duration untilWhole) {}

  private ShardedBenchmark(Plan plan, Installation installation) {
    this.plan = plan;
    this.installation = installation;
    this.requests = requests(plan);
  }

  /**
   * Runs it.
   *
   * @param running what is started is added to it
   * @param results takes the row
   * @return true when all answers were the same and none was lost
   */
  public static boolean run(Plan plan, Running running, Progress progress, Consumer<Row> results) {
    Path work = running.add(TemporaryDirectory.create()).path();
    Path bundle = work.resolve("bundle");
    RandomBundle.write(bundle, MODEL, plan.shape(), List.of(RandomEmbeddings.itemId(0)), SEED);
    Installation installation = Installation.start(running, work, bundle, plan.appFlags());
    new RandomEmbeddings(MODEL, plan.shape()).produce(installation, plan.items(), progress);
    return new ShardedBenchmark(plan, installation).measure(progress, results);
  }

  private boolean measure(Progress progress, Consumer<Row> results) {
    Asked replicated;
    try (Installation.Instance instance = start("replicated", "replicated", Map.of())) {
      instance.awaitReady();
      replicated = askAll(progress, "asking one instance");
    }
    List<Installation.Instance> instances = new ArrayList<>();
    try {
      for (int i = 1; i <= plan.instances(); i++) {
        instances.add(start("sharded-" + i, "sharded", Map.of("catalogue.mode", "sharded")));
      }
      instances.forEach(Installation.Instance::awaitReady);
      Asked sharded = askAll(progress, "asking " + plan.instances() + " instances");
      int same = 0;
      for (int i = 0; i < plan.requests(); i++) {
        same += sharded.lists.get(i).equals(replicated.lists.get(i)) ? 1 : 0;
      }
      Killed killed = kill(instances.removeLast());
      results.accept(row(replicated, sharded, same, killed));
      return same == plan.requests() && killed.lost == 0;
    } finally {
      instances.forEach(Installation.Instance::close);
    }
  }

  private Installation.Instance start(String name, String id, Map<String, String> mode) {
    Map<String, String> settings = new HashMap<>();
    settings.put("application.id", id);
    settings.put("index.expected.items", Integer.toString(plan.items()));
    settings.put("kafka.num.standby.replicas", "1");
    settings.putAll(mode);
    settings.putAll(plan.extra());
    return installation.startInstance(name, settings);
  }

  /** Asks twice, one request after another, and counts the second time. */
  private Asked askAll(Progress progress, String words) {
    List<List<RecommendedItem>> lists = new ArrayList<>();
    Histogram micros = new Histogram(MOST_MICROS, 3);
    try (RequestClient client = connect();
        Progress.Task task = progress.begin(words, 2L * plan.requests())) {
      for (int i = 0; i < 2 * plan.requests(); i++) {
        Answer answer = whole(client, requests.get(i % plan.requests()));
        if (i >= plan.requests()) {
          lists.add(answer.items());
          micros.recordValue(Math.min(MOST_MICROS, TimeUnit.NANOSECONDS.toMicros(answer.nanos())));
        }
        task.reached(i + 1);
      }
    }
    return new Asked(lists, micros);
  }

  /** A machine that is busy may miss a deadline: that is no answer to compare. */
  private static Answer whole(RequestClient client, RecommendationRequest.Builder request) {
    for (int attempt = 0; attempt < 50; attempt++) {
      Answer answer = client.ask(RecommendationRequest.newBuilder(request), PATIENCE);
      if (answer.isOk()) {
        return answer;
      }
    }
    throw new StalledException("no whole answer in 50 attempts to " + request.getContextItems());
  }

  private Killed kill(Installation.Instance victim) {
    List<CompletableFuture<Answer>> sent = new ArrayList<>();
    int partial = 0;
    int lost = 0;
    long whole = 0;
    try (RequestClient client = connect()) {
      victim.kill();
      long start = System.nanoTime();
      while (!areWhole(sent) && System.nanoTime() - start < PATIENCE.toNanos()) {
        sent.add(
            client.send(
                RecommendationRequest.newBuilder(requests.get(sent.size() % plan.requests()))));
        Thread.sleep(GAP);
      }
      whole = System.nanoTime() - start;
      for (CompletableFuture<Answer> answer : sent) {
        try {
          Answer got = answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
          partial += got.recommendations().getStatus() == RecommendationStatus.PARTIAL ? 1 : 0;
        } catch (TimeoutException | ExecutionException e) {
          lost++;
        }
      }
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
    return new Killed(sent.size(), partial, lost, Duration.ofNanos(whole));
  }

  /** Whether the last ones that were sent are all answered by all shards. */
  private static boolean areWhole(List<CompletableFuture<Answer>> sent) {
    return sent.size() > WELL
        && sent.subList(sent.size() - WELL - 1, sent.size() - 1).stream()
            .allMatch(
                answer ->
                    answer.isDone() && !answer.isCompletedExceptionally() && answer.join().isOk());
  }

  private Row row(Asked replicated, Asked sharded, int same, Killed killed) {
    return Rows.here(
        Row.of("sharded")
            .with("instances", plan.instances())
            .with("shards", installation.topics().partitions(Topic.ITEM_EMBEDDINGS))
            .with("items", plan.items())
            .with("shape", plan.shape().toString())
            .with("compared", plan.requests())
            .with("same", same)
            .with("identical", same == plan.requests())
            .with("p50Millis", sharded.micros.getValueAtPercentile(50) / 1e3)
            .with("p99Millis", sharded.micros.getValueAtPercentile(99) / 1e3)
            .with("replicatedP50Millis", replicated.micros.getValueAtPercentile(50) / 1e3)
            .with("replicatedP99Millis", replicated.micros.getValueAtPercentile(99) / 1e3)
            .with("requestsAfterKill", killed.answers)
            .with("partialAfterKill", killed.partial)
            .with("lostAfterKill", killed.lost)
            .with("secondsUntilWhole", killed.untilWhole.toMillis() / 1e3)
            .with("settings", String.join(" ", plan.appFlags()) + plan.extra()));
  }

  private RequestClient connect() {
    return RequestClient.connect(installation.bootstrapServers(), installation.topics());
  }

  private static List<RecommendationRequest.Builder> requests(Plan plan) {
    RandomGenerator random = new SplittableRandom(SEED);
    List<RecommendationRequest.Builder> requests = new ArrayList<>();
    for (int i = 0; i < plan.requests(); i++) {
      List<String> seen = new ArrayList<>();
      for (int item = 0; item < CONTEXT; item++) {
        seen.add(RandomEmbeddings.itemId(random.nextInt(plan.items())));
      }
      requests.add(
          RecommendationRequest.newBuilder()
              .setUserId("user-" + i)
              .setK(i % 10 == 0 ? 200 : 10)
              .setContextItems(seen)
              .setFilters(
                  new RequestFilters(i % 4 == 0 ? List.of("Category 3") : List.of(), List.of()))
              .setOptions(Map.of("algorithm", "exact")));
    }
    return requests;
  }
}
