package dev.molstream.bench;

import dev.molstream.bench.ReferenceModel.Verdict;
import dev.molstream.bench.SteadyLoad.Answered;
import dev.molstream.benchmark.report.Row;
import dev.molstream.dataset.Dataset;
import dev.molstream.dataset.Interaction;
import dev.molstream.demo.Progress;
import dev.molstream.demo.Releases;
import dev.molstream.demo.Replay;
import dev.molstream.demo.Running;
import dev.molstream.demo.TemporaryDirectory;
import dev.molstream.demo.Waiting;
import dev.molstream.model.ItemContent;
import dev.molstream.model.ModelBundle;
import dev.molstream.model.RandomBundle;
import dev.molstream.retrieval.MolShape;
import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.TopicCatalogue;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model is replaced by another under load, and rolled back. Before: the first model alone.
 * During: staging, which is the upload of the second bundle and the embedding of the whole
 * catalogue, and switching, from the second model's release over its first answers to the end of
 * the roll-back. After: the first model again. Then the second one may be retired and all of it
 * done again, by services that have compiled what a swap takes.
 *
 * @param swap which swap of these services it was, from 1
 * @param rate requests per second
 * @param requests how many were sent, in all phases
 * @param lost how many of them were not answered
 * @param duplicated answers beyond the first of a request
 * @param notRanked answers that no model ranked: refused, expired, of popular items
 * @param mixed answers that are not wholly those of the model they name
 * @param incomplete answers that are, but for a better item that an approximate search missed
 * @param verified answers that were recomputed to tell
 * @param p99DuringMillis of staging and switching together
 * @param worstDuringMillis the slowest answer of both
 * @param swapMillis from the commit of the second model's release to its first answer
 * @param rollBackMillis from the commit of the roll-back to the last answer of the second model
 */
public record SwapBenchmark(
    int swap,
    int rate,
    long requests,
    long lost,
    long duplicated,
    long notRanked,
    long mixed,
    long incomplete,
    long verified,
    double p99BeforeMillis,
    double p99DuringMillis,
    double p99StagingMillis,
    double p99SwitchingMillis,
    double worstDuringMillis,
    double p99AfterMillis,
    double swapMillis,
    double rollBackMillis) {
  private static final String APP = "stream-app";
  private static final double P99 = 0.99;
  private static final double WORST = 1;
  private static final int VERIFY_AT_MOST = 10_000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final MolShape SHAPE = new MolShape(32, 4, 4, 16, 32, 0.05f);
  private static final TopicCatalogue TOPICS = TopicCatalogue.of("");

  /**
   * What to measure with.
   *
   * @param first the bundle to begin with; null for one with random weights
   * @param second the bundle to swap to; null for one with random weights
   * @param phase length of the phases before and after
   * @param warmUp length of the load before that, not counted
   * @param swaps how often, one after another
   * @param extra further settings of the stream-app
   * @param appFlags flags of the stream-app's JVM
   */
  public record Plan(
      Dataset dataset,
      @Nullable Path first,
      @Nullable Path second,
      int rate,
      Duration phase,
      Duration warmUp,
      int swaps,
      Map<String, String> extra,
      List<String> appFlags) {
    public Plan {
      extra = Map.copyOf(extra);
      appFlags = List.copyOf(appFlags);
    }
  }

  /** How much worse the slowest hundredth is while models are swapped. */
  public double ratio() {
    return p99DuringMillis / p99BeforeMillis;
  }

  /** The result of a swap, and where it was measured. */
  public Row row(Plan plan) {
    return Rows.here(
        Rows.of("swap")
            .with("swap", swap())
            .with("rate", rate())
            .with("requests", requests())
            .with("lost", lost())
            .with("duplicated", duplicated())
            .with("notRanked", notRanked())
            .with("mixed", mixed())
            .with("incomplete", incomplete())
            .with("verified", verified())
            .with("p99BeforeMillis", p99BeforeMillis())
            .with("p99DuringMillis", p99DuringMillis())
            .with("p99StagingMillis", p99StagingMillis())
            .with("p99SwitchingMillis", p99SwitchingMillis())
            .with("worstDuringMillis", worstDuringMillis())
            .with("p99AfterMillis", p99AfterMillis())
            .with("ratio", ratio())
            .with("swapMillis", swapMillis())
            .with("rollBackMillis", rollBackMillis())
            .with("settings", Rows.settings(plan.appFlags(), plan.extra())));
  }

  /**
   * Runs it.
   *
   * @param running what is started is added to it, and runs until that is closed
   * @return the swaps, in their order
   */
  public static List<SwapBenchmark> run(Plan plan, Running running, Progress progress) {
    Path work = running.add(TemporaryDirectory.create()).path();
    Installation installation = Installation.start(running, work, null, plan.appFlags());
    installation.startUpdater();
    Installation.Instance app = running.add(installation.startInstance(APP, plan.extra()));
    return run(
        plan,
        installation.bootstrapServers(),
        () -> {
          app.awaitReady();
          installation.awaitEvents(progress);
        },
        work,
        progress);
  }

  /**
   * Runs it with services that are running already and follow the released models.
   *
   * @param awaitServing waits until they answer by a model and have read every event
   * @param directory for bundles and indexes of this benchmark's own
   * @return the swaps, in their order
   */
  static List<SwapBenchmark> run(
      Plan plan,
      String bootstrapServers,
      Runnable awaitServing,
      Path directory,
      Progress progress) {
    List<ItemContent> items = plan.dataset().items();
    ModelBundle first = bundle(plan.first(), items, directory.resolve("first"), "first", 1);
    ModelBundle second = bundle(plan.second(), items, directory.resolve("second"), "second", 2);
    Map<String, List<Interaction>> histories = ReferenceModel.histories(plan.dataset());
    try (ReferenceModel firstAgain =
            ReferenceModel.open(first, items, histories, directory.resolve("check-1"));
        ReferenceModel secondAgain =
            ReferenceModel.open(second, items, histories, directory.resolve("check-2"));
        Releases releases =
            Releases.connect(
                bootstrapServers, TOPICS, Releases.INDEX_UPDATER, InstantSource.system())) {
      List<ReferenceModel> models = List.of(firstAgain, secondAgain);
      Replay replay = Replay.onto(bootstrapServers, TOPICS);
      replay.items(plan.dataset(), progress);
      replay.events(plan.dataset(), -1, progress);
      releases.stage(first, progress);
      releases.awaitEmbedded(first.manifest().modelId(), progress);
      releases.goLive(first.manifest().modelId(), 1);
      awaitServing.run();
      List<String> users = List.copyOf(histories.keySet());
      List<SwapBenchmark> swaps = new ArrayList<>();
      for (int number = 1; number <= plan.swaps(); number++) {
        if (number > 1) {
          retire(releases, second.manifest().modelId());
        }
        try (SteadyLoad load = SteadyLoad.start(bootstrapServers, TOPICS, users, plan.rate())) {
          Marks marks = swap(plan, load, releases, second, progress);
          swaps.add(result(plan, number, load, marks, models, progress));
        }
      }
      return swaps;
    }
  }

  private static void retire(Releases releases, String modelId) {
    releases.retire(modelId);
    Waiting.until(
        "model " + modelId + " is gone",
        PATIENCE,
        () ->
            releases.list().stream().noneMatch(row -> row.release().getModelId().equals(modelId)));
  }

  /** When the phases began and ended, nanoseconds from the start of the load. */
  private record Marks(
      long before, long during, long staged, long swapped, long rolledBack, long after, long end) {}

  private static Marks swap(
      Plan plan, SteadyLoad load, Releases releases, ModelBundle second, Progress progress) {
    String secondId = second.manifest().modelId();
    pass(load, plan.warmUp(), "warming up", progress);
    long before = load.nanos();
    pass(load, plan.phase(), "before the swap", progress);
    long during = load.nanos();
    releases.stage(second, progress);
    releases.awaitEmbedded(secondId, progress);
    long staged = load.nanos();
    releases.goLive(secondId, 1);
    long swapped = load.nanos();
    awaitAnswersBy(load, secondId);
    releases.rollBack(Optional.empty());
    long rolledBack = load.nanos();
    String firstId = load.answers().getFirst().answer().getModelId();
    awaitAnswersBy(load, String.valueOf(firstId));
    long after = load.nanos();
    pass(load, plan.phase(), "after the roll-back", progress);
    long end = load.nanos();
    load.finish();
    return new Marks(before, during, staged, swapped, rolledBack, after, end);
  }

  private static void pass(SteadyLoad load, Duration time, String words, Progress progress) {
    long end = load.nanos() + time.toNanos();
    try (Progress.Task task = progress.begin(words, time.toSeconds())) {
      Waiting.until(
          words + " is over",
          time.plus(PATIENCE),
          () -> {
            task.reached(time.toSeconds() - Math.max(0, end - load.nanos()) / 1_000_000_000);
            return load.nanos() >= end;
          });
    }
  }

  private static void awaitAnswersBy(SteadyLoad load, String modelId) {
    Waiting.until(
        "model " + modelId + " answers",
        PATIENCE,
        () -> {
          Answered newest = load.newest();
          return newest != null && modelId.equals(newest.answer().getModelId());
        });
  }

  private static SwapBenchmark result(
      Plan plan,
      int number,
      SteadyLoad load,
      Marks marks,
      List<ReferenceModel> models,
      Progress progress) {
    List<Answered> answers = load.answers();
    String secondId = models.getLast().modelId();
    long firstOfSecond = Long.MAX_VALUE;
    long lastOfSecond = 0;
    for (Answered answered : answers) {
      if (secondId.equals(answered.answer().getModelId())) {
        long at = answered.dueNanos() + answered.latencyNanos();
        firstOfSecond = Math.min(firstOfSecond, at);
        lastOfSecond = Math.max(lastOfSecond, at);
      }
    }
    int step = Math.max(1, (answers.size() + VERIFY_AT_MOST - 1) / VERIFY_AT_MOST);
    long notRanked =
        answers.stream()
            .filter(answered -> answered.answer().getStatus() != RecommendationStatus.OK)
            .count();
    long mixed = 0;
    long incomplete = 0;
    long verified = 0;
    try (Progress.Task task = progress.begin("recomputing answers", answers.size())) {
      for (int i = 0; i < answers.size(); i += step) {
        Recommendations answer = answers.get(i).answer();
        if (answer.getStatus() == RecommendationStatus.OK) {
          verified++;
          switch (judge(answer, models)) {
            case OTHER -> mixed++;
            case INCOMPLETE -> incomplete++;
            case BEST -> {}
          }
        }
        task.reached(i);
      }
    }
    return new SwapBenchmark(
        number,
        plan.rate(),
        load.requests(),
        load.requests() - answers.size(),
        load.duplicates(),
        notRanked,
        mixed,
        incomplete,
        verified,
        millis(P99, answers, marks.before(), marks.during()),
        millis(P99, answers, marks.during(), marks.after()),
        millis(P99, answers, marks.during(), marks.staged()),
        millis(P99, answers, marks.staged(), marks.after()),
        millis(WORST, answers, marks.during(), marks.after()),
        millis(P99, answers, marks.after(), marks.end()),
        (firstOfSecond - marks.swapped()) / 1e6,
        Math.max(0, lastOfSecond - marks.rolledBack()) / 1e6);
  }

  private static Verdict judge(Recommendations answer, List<ReferenceModel> models) {
    return models.stream()
        .filter(model -> model.modelId().equals(answer.getModelId()))
        .findFirst()
        .map(model -> model.judge(answer))
        .orElse(Verdict.OTHER);
  }

  /** The latency that a share of the answers to requests of this time kept to. */
  private static double millis(double share, List<Answered> answers, long fromNanos, long toNanos) {
    List<Long> latencies = new ArrayList<>();
    for (Answered answered : answers) {
      if (answered.dueNanos() >= fromNanos && answered.dueNanos() < toNanos) {
        latencies.add(answered.latencyNanos());
      }
    }
    latencies.sort(null);
    return latencies.isEmpty()
        ? Double.NaN
        : latencies.get((int) Math.ceil(share * latencies.size()) - 1) / 1e6;
  }

  private static ModelBundle bundle(
      @Nullable Path given, List<ItemContent> items, Path folder, String modelId, long seed) {
    if (given != null) {
      return ModelBundle.read(given);
    }
    RandomBundle.write(
        folder, modelId, SHAPE, items.stream().map(ItemContent::itemId).toList(), seed);
    return ModelBundle.read(folder);
  }
}
