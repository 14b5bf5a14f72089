package dev.molstream.bench;

import dev.molstream.benchmark.report.Row;
import dev.molstream.demo.Answer;
import dev.molstream.demo.Progress;
import dev.molstream.demo.RequestClient;
import dev.molstream.demo.StalledException;
import dev.molstream.load.LoadResult;
import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.schemas.UserEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SynchronizedHistogram;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Many users at once view the item that they are recommended first, wait for the broker to
 * acknowledge the event, and ask again. The event was missed when the answer says so, or when the
 * item, seen by now, is still in it. A request that is refused as OVERLOADED is counted, asked
 * again, and not part of a pair.
 *
 * <p>Threads: the caller's waits; the clients' own carry each user from step to step.
 */
public final class ReadYourWrites {
  private static final int LIST = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long HIGHEST_MICROS = TimeUnit.MINUTES.toMicros(1);

  private final Plan plan;
  private final RequestClient client;
  private final Writer writer;
  private final Progress.Task task;
  private final AtomicLong begun = new AtomicLong();
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong violations = new AtomicLong();
  private final AtomicLong missing = new AtomicLong();
  private final Histogram times = new SynchronizedHistogram(HIGHEST_MICROS, 3);

  /**
   * What to try.
   *
   * @param pairs events with a request behind each, over all users, at least 1
   * @param users how many at once, at least 1 and at most as many as the data set has
   * @param token whether requests name the event in afterEvents
   * @param perSecond rate of other requests meanwhile, 0 for none
   */
  public record Plan(long pairs, int users, boolean token, int perSecond) {}

  private ReadYourWrites(Plan plan, RequestClient client, Writer writer, Progress.Task task) {
    this.plan = plan;
    this.client = client;
    this.writer = writer;
    this.task = task;
  }

  /**
   * Runs it.
   *
   * @return how many answers were without their user's event
   */
  public static long run(Served served, Plan plan, Progress progress, Consumer<Row> results) {
    served.commitEvery(0);
    Installation installation = served.installation();
    try (RequestClient client =
            RequestClient.connect(
                installation.bootstrapServers(),
                installation.topics(),
                served.settings().isolation());
        Writer writer = Writer.connect(installation);
        BackgroundLoad load = BackgroundLoad.start(served, plan.perSecond());
        Progress.Task task = progress.begin("reading writes", plan.pairs())) {
      ReadYourWrites trial = new ReadYourWrites(plan, client, writer, task);
      long started = System.nanoTime();
      trial.await(served.users().subList(0, plan.users()));
      double seconds = (System.nanoTime() - started) / 1e9;
      Row row =
          Rows.of("read-your-writes", served)
              .with("pairs", trial.done.get())
              .with("concurrentUsers", plan.users())
              .with("token", plan.token())
              .with("violations", trial.violations.get())
              .with("reportedMissing", trial.missing.get())
              .with("refused", trial.refused.get())
              .with("seconds", seconds)
              .with("pairsPerSecond", trial.done.get() / seconds)
              .with("backgroundRate", plan.perSecond());
      if (load != null) {
        LoadResult background = load.stop();
        row = row.with("backgroundLost", background.lost());
      }
      results.accept(Rows.here(Rows.with(row, trial.times)));
      return trial.violations.get();
    }
  }

  private void await(List<String> users) {
    CompletableFuture<?>[] all =
        users.stream().map(this::begin).toArray(CompletableFuture<?>[]::new);
    CompletableFuture<Void> finished = CompletableFuture.allOf(all);
    // allOf waits for all, also when one has failed; the others would go on for long.
    for (CompletableFuture<?> one : all) {
      one.exceptionally(
          e -> {
            finished.completeExceptionally(e);
            return null;
          });
    }
    long seen = -1;
    while (true) {
      try {
        finished.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException e) {
        if (done.get() == seen) {
          throw new StalledException(
              "%,d of %,d pairs, and nothing more for %d s"
                  .formatted(seen, plan.pairs(), PATIENCE.toSeconds()));
        }
        seen = done.get();
      } catch (ExecutionException e) {
        throw new CompletionException(e.getCause());
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
    }
  }

  private CompletableFuture<Void> begin(String userId) {
    CompletableFuture<Void> finished = new CompletableFuture<>();
    client
        .send(RecommendationRequest.newBuilder().setUserId(userId).setK(LIST))
        .whenComplete((answer, e) -> next(userId, answer, e, finished));
    return finished;
  }

  /** The next pair, with the item that the answer before recommends first. */
  private void next(
      String userId,
      @Nullable Answer before,
      @Nullable Throwable failure,
      CompletableFuture<Void> finished) {
    if (failure != null || before == null) {
      finished.completeExceptionally(failure == null ? new StalledException("no answer") : failure);
    } else if (isRefused(before)) {
      // It says nothing of the event: asked again, and not a pair.
      refused.incrementAndGet();
      client
          .send(RecommendationRequest.newBuilder().setUserId(userId).setK(LIST))
          .whenComplete((answer, e) -> next(userId, answer, e, finished));
    } else if (before.items().isEmpty()) {
      finished.completeExceptionally(
          new StalledException(
              "user %s is recommended nothing: %s".formatted(userId, before.recommendations())));
    } else if (begun.incrementAndGet() > plan.pairs()) {
      finished.complete(null);
    } else {
      String itemId = before.itemIds().getFirst();
      long start = System.nanoTime();
      writer
          .view(userId, itemId)
          .thenCompose(event -> client.send(request(event)))
          .whenComplete(
              (answer, e) -> {
                if (answer != null && isRefused(answer)) {
                  begun.decrementAndGet();
                } else if (answer != null) {
                  check(answer, itemId, System.nanoTime() - start);
                }
                next(userId, answer, e, finished);
              });
    }
  }

  private static boolean isRefused(Answer answer) {
    return answer.recommendations().getStatus() == RecommendationStatus.OVERLOADED;
  }

  private RecommendationRequest.Builder request(UserEvent event) {
    return RecommendationRequest.newBuilder()
        .setUserId(event.getUserId())
        .setK(LIST)
        .setAfterEvents(plan.token() ? List.of(event.getEventId()) : List.of());
  }

  private void check(Answer answer, String itemId, long nanos) {
    boolean saidSo = !answer.recommendations().getMissingEvents().isEmpty();
    if (saidSo) {
      missing.incrementAndGet();
    }
    if (saidSo || answer.rank(itemId).isPresent()) {
      violations.incrementAndGet();
    }
    times.recordValue(Math.min(HIGHEST_MICROS, TimeUnit.NANOSECONDS.toMicros(nanos)));
    task.reached(done.incrementAndGet());
  }
}
