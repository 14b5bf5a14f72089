package dev.molstream.demo;

import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.WireFormat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Sends requests without delay and reads every answer from the time of connecting on, whoever
 * asked.
 *
 * <p>Threads: any may send; one of its own reads.
 */
public final class RequestConnection implements AutoCloseable {
  private final String requestTopic;
  private final Producer<String, RecommendationRequest> producer;
  private final Consumer<String, Recommendations> consumer;
  private final Listener listener;
  private final Thread reader;
  private volatile boolean closing;

  /** Called on the reading thread. */
  public interface Listener {
    /** An answer was read. */
    void answered(Recommendations answer);

    /** Answers cannot be read any more. */
    void broken(RuntimeException why);
  }

  /**
   * Connects; answers to what is sent from now on are read.
   *
   * @param format borrowed until this is closed
   * @param isolation whether answers count before their transaction has committed
   * @throws KafkaException when the broker cannot be reached or the topics do not exist
   */
  public RequestConnection(
      String bootstrapServers,
      TopicCatalogue topics,
      WireFormat format,
      IsolationLevel isolation,
      Listener listener) {
    this.listener = listener;
    requestTopic = topics.name(Topic.RECOMMENDATION_REQUESTS);
    producer =
        PromptProducer.connect(
            bootstrapServers, format.serde(RecommendationRequest.class).serializer());
    consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                isolation.toString()),
            new StringDeserializer(),
            format.serde(Recommendations.class).deserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(topics.name(Topic.RECOMMENDATIONS)).stream()
            .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    // Seeking is lazy: without this, an answer to the first request could lie before the end.
    partitions.forEach(consumer::position);
    reader = Thread.ofPlatform().daemon().name("answers").start(this::read);
  }

  /**
   * Sends a request under its user's key.
   *
   * @param sent called when the broker has taken it or has not
   * @throws KafkaException when the producer's buffer stays full
   */
  public void send(RecommendationRequest request, Callback sent) {
    producer.send(new ProducerRecord<>(requestTopic, request.getUserId(), request), sent);
  }

  private void read() {
    try {
      while (!closing) {
        for (ConsumerRecord<String, Recommendations> record :
            consumer.poll(Duration.ofSeconds(1))) {
          listener.answered(record.value());
        }
      }
    } catch (WakeupException e) {
      // closing
    } catch (RuntimeException e) {
      listener.broken(e);
    }
  }

  @Override
  public void close() {
    closing = true;
    consumer.wakeup();
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    consumer.close();
    producer.close();
  }
}
