package dev.molstream.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molstream.service.InvalidConfigException;
import dev.molstream.stream.request.SearchPlan;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StreamAppConfigTest {
  @Test
  void readsItsKeys() {
    StreamAppConfig config =
        config(
            "search.algorithm", "averaged",
            "search.candidates", "17",
            "history.max.events", "3",
            "popularity.half.life.hours", "12",
            "reply.topics", "a,b");

    assertThat(config.plan()).isEqualTo(new SearchPlan(SearchPlan.Mode.AVERAGED, 17, 5000));
    assertThat(config.limits().historyMaxEvents()).isEqualTo(3);
    assertThat(config.decay().halfLife()).isEqualTo(Duration.ofHours(12));
    assertThat(config.replyTopics()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void refusesWhatIsOutOfRange() {
    assertThatThrownBy(() -> config("history.max.events", "0"))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("history.max.events=0")
        .hasMessageContaining("1 to 100000");
    assertThatThrownBy(() -> config("search.algorithm", "magic"))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("one of auto, exact, adaptive, averaged");
  }

  private static StreamAppConfig config(String... keysAndValues) {
    Map<String, String> given = new HashMap<>();
    given.put("bootstrap.servers", "localhost:9092");
    given.put("model.bundle", "bundle");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      given.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return StreamAppConfig.of(given);
  }
}
