package dev.molstream.bench;

import dev.molstream.demo.RequestClient;
import dev.molstream.demo.Waiting;
import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.TopicCatalogue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Requests at a steady rate from its start until it is finished, whether they are answered or not,
 * and every answer kept. A request's latency counts from when it was due, so that a pause of the
 * system or of this program hides nothing. One thread of its own sends.
 */
final class SteadyLoad implements AutoCloseable {
  private static final int LIST = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final double NANOS_PER_SECOND = 1e9;

  private final RequestClient client;
  private final List<String> users;
  private final int perSecond;
  private final long startNanos = System.nanoTime();
  private final Deque<Answered> answers = new ConcurrentLinkedDeque<>();
  private final Thread sender;
  private volatile boolean finished;

  /**
   * An answer.
   *
   * @param dueNanos when its request was due, from the start
   * @param latencyNanos from then to the answer
   */
  record Answered(long dueNanos, long latencyNanos, Recommendations answer) {}

  private SteadyLoad(RequestClient client, List<String> users, int perSecond) {
    this.client = client;
    this.users = users;
    this.perSecond = perSecond;
    this.sender = Thread.ofPlatform().daemon().name("steady-load").unstarted(this::send);
  }

  /** Starts sending, for users drawn at random. */
  static SteadyLoad start(
      String bootstrapServers, TopicCatalogue topics, List<String> users, int perSecond) {
    SteadyLoad load =
        new SteadyLoad(
            RequestClient.connect(bootstrapServers, topics), List.copyOf(users), perSecond);
    load.sender.start();
    return load;
  }

  /** Time since the start. */
  long nanos() {
    return System.nanoTime() - startNanos;
  }

  /** The answers so far, in the order they came in. */
  List<Answered> answers() {
    return new ArrayList<>(answers);
  }

  /** The answer that came last; null before the first. */
  @Nullable Answered newest() {
    return answers.peekLast();
  }

  /** How many requests were sent. */
  long requests() {
    return client.requests();
  }

  /** How many answers came for requests that were answered already. */
  long duplicates() {
    return client.duplicates();
  }

  /** Stops sending and waits for the answers that are out, for at most 30 seconds. */
  void finish() {
    finished = true;
    Waiting.until("the load has ended", PATIENCE, () -> !sender.isAlive());
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (answers.size() < client.requests() && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
  }

  @Override
  public void close() {
    finished = true;
    client.close();
  }

  private void send() {
    SplittableRandom random = new SplittableRandom(1);
    for (long request = 0; !finished; request++) {
      long due = Math.round(request * NANOS_PER_SECOND / perSecond);
      for (long left = due - nanos(); left > 0; left = due - nanos()) {
        LockSupport.parkNanos(left);
      }
      RecommendationRequest.Builder draft =
          RecommendationRequest.newBuilder()
              .setUserId(users.get(random.nextInt(users.size())))
              .setK(LIST);
      client
          .send(draft)
          .thenAccept(
              answer -> answers.add(new Answered(due, nanos() - due, answer.recommendations())));
    }
  }
}
