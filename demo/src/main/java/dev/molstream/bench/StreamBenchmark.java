package dev.molstream.bench;

import dev.molstream.benchmark.report.Row;
import dev.molstream.demo.Progress;
import dev.molstream.demo.StalledException;
import dev.molstream.load.Load;
import dev.molstream.load.LoadClient;
import dev.molstream.load.LoadResult;
import dev.molstream.load.Schedule;
import dev.molstream.schemas.RecommendationStatus;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** From request to answer, under load. One thread. */
public final class StreamBenchmark {
  private static final int LIST = 10;
  private static final long SEED = 1;
  private static final Duration PROBE = Duration.ofSeconds(8);
  private static final double HIGHEST_P99_MILLIS = 100;

  private final Served served;
  private final Plan plan;
  private final Progress progress;
  private final LoadClient client;
  private @Nullable LoadResult confirmed;

  /**
   * What to measure.
   *
   * @param perSecond the rate, or where the search for the highest begins
   * @param measured how long
   * @param warmUp how long before that the same load runs uncounted
   * @param commitIntervalsMillis one measurement each; 0 is the stream-app's own
   * @param throughput whether to search for the highest rate
   */
  public record Plan(
      int perSecond,
      Duration measured,
      Duration warmUp,
      List<Integer> commitIntervalsMillis,
      boolean throughput) {
    public Plan {
      commitIntervalsMillis = List.copyOf(commitIntervalsMillis);
    }
  }

  private StreamBenchmark(Served served, Plan plan, Progress progress, LoadClient client) {
    this.served = served;
    this.plan = plan;
    this.progress = progress;
    this.client = client;
  }

  /**
   * Runs it.
   *
   * @param results takes a row per commit interval
   * @return whether every request was answered exactly once
   */
  public static boolean run(Served served, Plan plan, Progress progress, Consumer<Row> results) {
    boolean answeredOnce = true;
    for (int commitIntervalMillis : plan.commitIntervalsMillis()) {
      served.commitEvery(commitIntervalMillis);
      Installation installation = served.installation();
      try (LoadClient client =
          LoadClient.connect(
              installation.bootstrapServers(),
              installation.topics(),
              served.settings().isolation())) {
        LoadResult result = new StreamBenchmark(served, plan, progress, client).measure();
        Row row =
            Rows.of(plan.throughput() ? "throughput" : "stream", served)
                .with("commitIntervalMillis", commitInterval(served, commitIntervalMillis));
        results.accept(Rows.here(Rows.with(row, result)));
        answeredOnce &= result.isAnsweredOnce();
      }
    }
    return answeredOnce;
  }

  private LoadResult measure() {
    run("warming up", plan.perSecond(), plan.warmUp());
    if (!plan.throughput()) {
      return run("measuring", plan.perSecond(), plan.measured());
    }
    new ThroughputSearch(
            rate -> holds(run("probing", rate, PROBE)), this::confirms, Schedule.MOST_PER_SECOND)
        .highest(plan.perSecond());
    LoadResult result = confirmed;
    if (result == null) {
      throw new StalledException("not even one request per second is answered in time");
    }
    return result;
  }

  private boolean confirms(int rate) {
    LoadResult result = run("measuring", rate, plan.measured());
    confirmed = holds(result) ? result : null;
    return confirmed != null;
  }

  private LoadResult run(String words, int rate, Duration duration) {
    Load load = new Load(new Schedule(rate, duration), served.users(), LIST, null, SEED);
    try (Progress.Task task = progress.begin(words + " at " + rate + "/s", Progress.PERCENT)) {
      LoadResult result = client.run(load);
      task.say(
          "%,d of %,d answered, 99 %% within %.1f ms"
              .formatted(result.answered(), result.requests(), result.millis(99)));
      return result;
    }
  }

  /** Nothing lost, nothing turned away, and fast enough. */
  private static boolean holds(LoadResult result) {
    return result.answered() == result.requests()
        && result.with(RecommendationStatus.OVERLOADED) == 0
        && result.with(RecommendationStatus.EXPIRED) == 0
        && result.millis(99) <= HIGHEST_P99_MILLIS;
  }

  /**
   * The interval in force: what is asked for here, else by the extra settings, else the default.
   */
  private static Object commitInterval(Served served, int asked) {
    String set = served.settings().extra().get("kafka.commit.interval.ms");
    return asked > 0 ? asked : set != null ? Integer.parseInt(set) : "default";
  }
}
