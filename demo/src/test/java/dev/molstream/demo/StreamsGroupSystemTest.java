package dev.molstream.demo;

import java.util.Map;

/** The system under Kafka Streams' own group protocol, where the broker assigns the tasks. */
class StreamsGroupSystemTest extends EmbeddedSystemTest {
  @Override
  Map<String, String> settings() {
    return Map.of("kafka.group.protocol", "streams");
  }
}
