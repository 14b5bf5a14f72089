package dev.molstream.demo;

import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.WireFormat;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Asks for recommendations and matches the answers to the requests by their id. Answers to other
 * clients' requests are passed over.
 *
 * <p>Threads: any may ask; one of its own reads the answers.
 *
 * {@snippet :
 * try (RequestClient client = RequestClient.connect("127.0.0.1:9092", TopicCatalogue.of(""))) {
 *   Answer answer = client.ask("anna", 10, Duration.ofSeconds(5));
 * }
 * }
 */
public final class RequestClient implements AutoCloseable {
  private final RequestConnection connection;
  private final String idPrefix =
      Long.toString(ProcessHandle.current().pid(), 36)
          + "-"
          + Long.toString(System.nanoTime(), 36)
          + "-";
  private final AtomicLong sent = new AtomicLong();
  private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();
  private final Set<String> answered = ConcurrentHashMap.newKeySet();
  private final AtomicLong duplicates = new AtomicLong();
  private volatile @Nullable RuntimeException broken;

  private record Waiting(long sentNanos, CompletableFuture<Answer> answer) {}

  private RequestClient(
      String bootstrapServers, TopicCatalogue topics, WireFormat format, IsolationLevel isolation) {
    connection = new RequestConnection(bootstrapServers, topics, format, isolation, new Answers());
  }

  /**
   * Connects and is ready to ask.
   *
   * @throws KafkaException when the broker cannot be reached or the topics do not exist
   */
  public static RequestClient connect(String bootstrapServers, TopicCatalogue topics) {
    return connect(bootstrapServers, topics, IsolationLevel.READ_UNCOMMITTED);
  }

  /**
   * The same.
   *
   * @param isolation whether answers count before their transaction has committed
   */
  public static RequestClient connect(
      String bootstrapServers, TopicCatalogue topics, IsolationLevel isolation) {
    return new RequestClient(bootstrapServers, topics, WireFormat.singleObject(), isolation);
  }

  /**
   * The same in the format of a system with a schema registry.
   *
   * @param format borrowed until this is closed
   */
  public static RequestClient connect(
      String bootstrapServers, TopicCatalogue topics, WireFormat format) {
    return new RequestClient(bootstrapServers, topics, format, IsolationLevel.READ_UNCOMMITTED);
  }

  /** Asks for {@code k} items for a user and waits for the answer. */
  public Answer ask(String userId, int k, Duration patience) {
    return ask(RecommendationRequest.newBuilder().setUserId(userId).setK(k), patience);
  }

  /** Sends the request under an id of its own and waits for the answer. */
  public Answer ask(RecommendationRequest.Builder draft, Duration patience) {
    try {
      return send(draft).get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new KafkaException(
          "no answer for user '%s' within %d s".formatted(draft.getUserId(), patience.toSeconds()),
          e);
    } catch (ExecutionException e) {
      throw new KafkaException(
          "request for user '%s' failed".formatted(draft.getUserId()), e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /**
   * Sends the request under an id of its own. The future fails when the broker does not take the
   * request or answers cannot be read any more; it never completes when no answer comes.
   */
  public CompletableFuture<Answer> send(RecommendationRequest.Builder draft) {
    RecommendationRequest request = draft.setRequestId(idPrefix + sent.incrementAndGet()).build();
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    waiting.put(request.getRequestId(), new Waiting(System.nanoTime(), answer));
    RuntimeException failure = broken;
    if (failure != null) {
      answer.completeExceptionally(failure);
      return answer;
    }
    connection.send(
        request,
        (_, e) -> {
          if (e != null) {
            waiting.remove(request.getRequestId());
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  /** How many requests it has sent. */
  public long requests() {
    return sent.get();
  }

  /** How many of them were answered. */
  public long answers() {
    return answered.size();
  }

  /** How many answers came for requests that were answered already. */
  public long duplicates() {
    return duplicates.get();
  }

  @Override
  public void close() {
    connection.close();
  }

  private final class Answers implements RequestConnection.Listener {
    @Override
    public void answered(Recommendations recommendations) {
      String requestId = recommendations.getRequestId();
      Waiting request = waiting.remove(requestId);
      if (request != null) {
        answered.add(requestId);
        long nanos = System.nanoTime() - request.sentNanos();
        request.answer().complete(new Answer(recommendations, nanos));
      } else if (answered.contains(requestId)) {
        duplicates.incrementAndGet();
      }
    }

    @Override
    public void broken(RuntimeException why) {
      broken = why;
      waiting.values().forEach(request -> request.answer().completeExceptionally(why));
    }
  }
}
