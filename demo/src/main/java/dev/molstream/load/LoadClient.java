package dev.molstream.load;

import dev.molstream.demo.RequestConnection;
import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.WireFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Sends loads and counts the answers, one load at a time. Answers to others' requests, and late
 * ones of a load before, are passed over.
 *
 * <p>Threads: one runs loads; a second, of its own, reads the answers.
 *
 * {@snippet :
 * Load load = new Load(new Schedule(500, Duration.ofMinutes(1)), List.of("anna"), 10, null, 1);
 * try (LoadClient client = LoadClient.connect("127.0.0.1:9092", topics, READ_UNCOMMITTED)) {
 *   System.out.println(client.run(load).millis(99));
 * }
 * }
 */
public final class LoadClient implements AutoCloseable {
  // How long an answer may take before its request counts as lost.
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  // A second answer, if there is one, comes right behind the first.
  private static final Duration LINGER = Duration.ofMillis(500);

  private final RequestConnection connection;
  private final Pace pace = Pace.SYSTEM;
  private final String name = Long.toString(new SplittableRandom().nextLong() >>> 1, 36);
  private int loads;
  private volatile @Nullable Running current;
  private volatile @Nullable RuntimeException broken;

  /** The load being sent; its requests' ids are the prefix and a number. */
  private record Running(String prefix, OpenLoop loop, Ledger ledger) {}

  private LoadClient(String bootstrapServers, TopicCatalogue topics, IsolationLevel isolation) {
    connection =
        new RequestConnection(
            bootstrapServers, topics, WireFormat.singleObject(), isolation, new Answers());
  }

  /**
   * Connects and is ready to send.
   *
   * @param isolation whether answers count before their transaction has committed
   * @throws KafkaException when the broker cannot be reached or the topics do not exist
   */
  public static LoadClient connect(
      String bootstrapServers, TopicCatalogue topics, IsolationLevel isolation) {
    return new LoadClient(bootstrapServers, topics, isolation);
  }

  /** Sends a load and waits for the answers, at most thirty seconds for the last. */
  public LoadResult run(Load load) {
    return run(load, () -> false);
  }

  /**
   * The same, but ends early when it is told to.
   *
   * @param stopped asked before each request
   * @throws KafkaException when answers cannot be read any more
   */
  public LoadResult run(Load load, BooleanSupplier stopped) {
    Schedule schedule = load.schedule();
    String prefix = name + "-" + loads++ + "-";
    Ledger ledger = new Ledger(schedule.requests());
    RandomGenerator random = new SplittableRandom(load.seed());
    OpenLoop loop = new OpenLoop(schedule, pace);
    Running running = new Running(prefix, loop, ledger);
    current = running;
    try {
      loop.run(
          request -> send(load, running, request, random),
          () -> stopped.getAsBoolean() || broken != null || Thread.currentThread().isInterrupted());
      ledger.allSent();
      ledger.await(PATIENCE);
      Thread.sleep(LINGER);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } finally {
      current = null;
    }
    RuntimeException failure = broken;
    if (failure != null) {
      throw new KafkaException("answers cannot be read: " + failure.getMessage(), failure);
    }
    return ledger.result(schedule, loop.lateness());
  }

  private void send(Load load, Running running, int request, RandomGenerator random) {
    String user = load.users().get(random.nextInt(load.users().size()));
    RecommendationRequest.Builder draft =
        RecommendationRequest.newBuilder()
            .setRequestId(running.prefix() + request)
            .setUserId(user)
            .setK(load.k());
    if (load.deadline() != null) {
      Instant due = Instant.now().minusNanos(running.loop().nanosSinceDue(request));
      draft.setDeadline(due.plus(load.deadline()));
    }
    running.ledger().sent();
    try {
      connection.send(
          draft.build(),
          (_, e) -> {
            if (e != null) {
              running.ledger().refused(request);
            }
          });
    } catch (KafkaException e) { // its buffer stayed full for a minute
      running.ledger().refused(request);
    }
  }

  @Override
  public void close() {
    connection.close();
  }

  private final class Answers implements RequestConnection.Listener {
    @Override
    public void answered(Recommendations answer) {
      Running load = current;
      String id = answer.getRequestId();
      if (load != null && id.startsWith(load.prefix())) {
        int request = Integer.parseInt(id, load.prefix().length(), id.length(), 10);
        load.ledger().answered(request, load.loop().nanosSinceDue(request), answer);
      }
    }

    @Override
    public void broken(RuntimeException why) {
      broken = why;
    }
  }
}
