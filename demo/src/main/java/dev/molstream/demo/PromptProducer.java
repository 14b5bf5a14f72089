package dev.molstream.demo;

import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Connects producers that send at once what others wait for. */
public final class PromptProducer {
  private PromptProducer() {}

  /** A producer of values under text keys; closed by the caller. */
  public static <T> Producer<String, T> connect(String bootstrapServers, Serializer<T> serializer) {
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ProducerConfig.LINGER_MS_CONFIG,
            0),
        new StringSerializer(),
        serializer);
  }
}
