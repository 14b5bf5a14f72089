package dev.molstream.demo;

import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.Timings;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.training.TrainingData;
import java.time.Duration;
import java.util.Collection;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import org.HdrHistogram.Histogram;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Requests for random viewers, a few at a time: the next is sent when one is answered. That shows
 * how long an answer takes, not how many a second there could be.
 *
 * @param requests how many were sent
 * @param answers how many were answered
 * @param ok how many of the answers the model ranked
 * @param duplicates how many answers came twice
 * @param latency from producing a request to having its answer, microseconds
 */
record RequestLoad(
    long requests, long answers, long ok, long duplicates, Histogram latency, Scene.Stages stages) {
  private static final int AT_A_TIME = 4;
  private static final int LIST = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  // A second answer, if there is one, comes right behind the first.
  private static final Duration LINGER = Duration.ofMillis(500);
  private static final long HIGHEST_MICROS = TimeUnit.MINUTES.toMicros(1);

  /** Sends the requests and waits for the answers, at most twenty seconds for the last. */
  static RequestLoad run(
      String bootstrapServers,
      TopicCatalogue topics,
      TrainingData data,
      int requests,
      RandomGenerator random,
      Progress progress) {
    Collection<Answer> answers = new ConcurrentLinkedQueue<>();
    try (RequestClient client = RequestClient.connect(bootstrapServers, topics);
        Progress.Task task = progress.begin("asking", requests)) {
      Semaphore free = new Semaphore(AT_A_TIME);
      for (int i = 0; i < requests && acquire(free, 1); i++) {
        String userId = data.userId(random.nextInt(data.userCount()));
        client
            .send(RecommendationRequest.newBuilder().setUserId(userId).setK(LIST))
            .whenComplete(
                (answer, _) -> {
                  if (answer != null) {
                    answers.add(answer);
                    task.reached(answers.size());
                  }
                  free.release();
                });
      }
      acquire(free, AT_A_TIME);
      Thread.sleep(LINGER);
      return new RequestLoad(
          client.requests(),
          client.answers(),
          answers.stream().filter(Answer::isOk).count(),
          client.duplicates(),
          latency(answers),
          new Scene.Stages(
              mean(answers, Timings::getHistoryMicros),
              mean(answers, Timings::getEncodeMicros),
              mean(answers, Timings::getSearchMicros)));
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static boolean acquire(Semaphore free, int permits) throws InterruptedException {
    return free.tryAcquire(permits, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Histogram latency(Collection<Answer> answers) {
    Histogram latency = new Histogram(HIGHEST_MICROS, 3);
    for (Answer answer : answers) {
      latency.recordValue(Math.min(HIGHEST_MICROS, TimeUnit.NANOSECONDS.toMicros(answer.nanos())));
    }
    return latency;
  }

  private static OptionalDouble mean(Collection<Answer> answers, ToLongFunction<Timings> part) {
    return answers.stream()
        .mapToLong(answer -> part.applyAsLong(answer.recommendations().getTimings()))
        .average();
  }
}
