package dev.molstream.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The system under Kafka Streams' own group protocol, where the broker assigns the tasks. */
class StreamsGroupSystemTest extends EmbeddedSystemTest {
  @Override
  Map<String, String> settings() {
    return Map.of("kafka.group.protocol", "streams");
  }

  @Test
  void changesOverToTheClassicProtocolAndBackWithItsHistories() {
    List<String> before = ask("u7");

    system().restartServices(Map.of());
    assertThat(ask("u7")).isEqualTo(before);

    system().restartServices(settings());
    assertThat(ask("u7")).isEqualTo(before);
  }

  private List<String> ask(String userId) {
    try (RequestClient client = system().client()) {
      return client.ask(userId, 10, Duration.ofSeconds(30)).itemIds();
    }
  }
}
