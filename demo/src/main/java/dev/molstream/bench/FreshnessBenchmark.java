package dev.molstream.bench;

import dev.molstream.benchmark.report.Row;
import dev.molstream.demo.Answer;
import dev.molstream.demo.Progress;
import dev.molstream.demo.Replay;
import dev.molstream.demo.RequestClient;
import dev.molstream.demo.StalledException;
import dev.molstream.load.LoadResult;
import dev.molstream.model.ItemContent;
import dev.molstream.schemas.ItemUpdate;
import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.RecommendedItem;
import dev.molstream.schemas.UserEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * From producing a change to the first answer that shows it. Requests follow one another without
 * pause until one does, so the time includes that of the last and, on average, half of one before.
 *
 * <ul>
 *   <li>A user event: the user views the item recommended first. Once the broker has acknowledged
 *       the event, a request names it in {@code afterEvents}; the answer shows it when it misses no
 *       event and the item, being seen, is not in it.
 *   <li>An item update: an item of the answer gets a new title; shown when the answer has it. (The
 *       words stay, so that the item keeps its place.)
 *   <li>A deletion: an item of the answer is deleted; shown when the answer is without it.
 * </ul>
 *
 * <p>One thread, and another for the background load.
 */
public final class FreshnessBenchmark {
  private static final int LIST = 10;
  private static final long SEED = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long HIGHEST_MICROS = TimeUnit.MINUTES.toMicros(1);
  // Neither a word nor a year: the item tower does not see it.
  private static final String MARK = "* ";

  private final Served served;
  private final Plan plan;
  private final Progress progress;
  private final RequestClient client;
  private final Writer writer;
  private final Map<String, ItemContent> items = new HashMap<>();
  private final RandomGenerator random = new SplittableRandom(SEED);

  /**
   * What to measure.
   *
   * @param samples of each kind, at least 1
   * @param warmUp samples of each kind before that, uncounted
   * @param perSecond rate of other users' requests meanwhile, 0 for none
   */
  public record Plan(int samples, int warmUp, int perSecond) {}

  private FreshnessBenchmark(
      Served served, Plan plan, Progress progress, RequestClient client, Writer writer) {
    this.served = served;
    this.plan = plan;
    this.progress = progress;
    this.client = client;
    this.writer = writer;
    served.settings().dataset().items().forEach(item -> items.put(item.itemId(), item));
  }

  /**
   * Runs it.
   *
   * @param results takes a row per kind
   */
  public static void run(Served served, Plan plan, Progress progress, Consumer<Row> results) {
    served.commitEvery(0);
    Installation installation = served.installation();
    try (RequestClient client =
            RequestClient.connect(
                installation.bootstrapServers(),
                installation.topics(),
                served.settings().isolation());
        Writer writer = Writer.connect(installation)) {
      FreshnessBenchmark benchmark = new FreshnessBenchmark(served, plan, progress, client, writer);
      benchmark.measure("user-event", benchmark::userEvent, results);
      benchmark.measure("item-update", benchmark::itemUpdate, results);
      benchmark.measure("item-delete", benchmark::itemDelete, results);
    }
  }

  /** One sample: nanoseconds. */
  @FunctionalInterface
  private interface Sample {
    long nanos(String userId, RecommendedItem item);
  }

  private void measure(String kind, Sample sample, Consumer<Row> results) {
    try (BackgroundLoad load = BackgroundLoad.start(served, plan.perSecond())) {
      take(kind + ", warming up", plan.warmUp(), sample);
      Histogram times = take(kind, plan.samples(), sample);
      Row row =
          Rows.with(
              Rows.of("freshness", served).with("kind", kind).with("samples", plan.samples()),
              times);
      results.accept(Rows.here(background(row, load)));
    }
  }

  private Row background(Row row, @Nullable BackgroundLoad load) {
    row = row.with("backgroundRate", plan.perSecond());
    if (load != null) {
      LoadResult result = load.stop();
      row =
          row.with("backgroundLost", result.lost()).with("backgroundP99Millis", result.millis(99));
    }
    return row;
  }

  private Histogram take(String words, int samples, Sample sample) {
    Histogram times = new Histogram(HIGHEST_MICROS, 3);
    try (Progress.Task task = progress.begin(words, samples)) {
      for (int i = 0; i < samples; i++) {
        String userId = served.users().get(random.nextInt(served.users().size()));
        Answer answer = client.ask(userId, LIST, PATIENCE);
        if (answer.items().isEmpty()) {
          throw new StalledException("user " + userId + " is recommended nothing");
        }
        long nanos = sample.nanos(userId, answer.items().getFirst());
        times.recordValue(Math.min(HIGHEST_MICROS, TimeUnit.NANOSECONDS.toMicros(nanos)));
        task.reached(i + 1);
      }
    }
    return times;
  }

  private long userEvent(String userId, RecommendedItem item) {
    long start = System.nanoTime();
    UserEvent event = writer.view(userId, item.getItemId()).join();
    RecommendationRequest.Builder request =
        RecommendationRequest.newBuilder()
            .setUserId(userId)
            .setK(LIST)
            .setAfterEvents(List.of(event.getEventId()));
    return until(
        start,
        "the event is in the history of user " + userId,
        request,
        answer ->
            answer.recommendations().getMissingEvents().isEmpty()
                && answer.rank(item.getItemId()).isEmpty());
  }

  private long itemUpdate(String userId, RecommendedItem item) {
    String title =
        item.getTitle().startsWith(MARK) ? content(item).title() : MARK + item.getTitle();
    long start = System.nanoTime();
    var unused = writer.put(ItemUpdate.newBuilder(update(item)).setTitle(title).build());
    return until(
        start,
        "item " + item.getItemId() + " has its new title",
        request(userId),
        answer ->
            answer.items().stream()
                .anyMatch(
                    other ->
                        other.getItemId().equals(item.getItemId())
                            && other.getTitle().equals(title)));
  }

  private long itemDelete(String userId, RecommendedItem item) {
    long start = System.nanoTime();
    var unused = writer.delete(item.getItemId());
    long nanos =
        until(
            start,
            "item " + item.getItemId() + " is gone",
            request(userId),
            answer -> answer.rank(item.getItemId()).isEmpty());
    writer.put(update(item)).join();
    until(
        System.nanoTime(),
        "item " + item.getItemId() + " is back",
        request(userId),
        answer -> answer.rank(item.getItemId()).isPresent());
    return nanos;
  }

  private long until(
      long start, String words, RecommendationRequest.Builder request, Predicate<Answer> shown) {
    while (true) {
      Answer answer = client.ask(request, PATIENCE);
      long nanos = System.nanoTime() - start;
      if (shown.test(answer)) {
        return nanos;
      }
      if (nanos > PATIENCE.toNanos()) {
        throw new StalledException(
            "waited %d s until %s, in vain".formatted(PATIENCE.toSeconds(), words));
      }
    }
  }

  private static RecommendationRequest.Builder request(String userId) {
    return RecommendationRequest.newBuilder().setUserId(userId).setK(LIST);
  }

  private ItemUpdate update(RecommendedItem item) {
    return Replay.itemUpdate(content(item));
  }

  private ItemContent content(RecommendedItem item) {
    ItemContent content = items.get(item.getItemId());
    if (content == null) {
      throw new StalledException("item " + item.getItemId() + " is not of the data set");
    }
    return content;
  }
}
