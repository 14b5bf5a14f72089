package dev.molstream.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.broker.EmbeddedBroker;
import dev.molstream.dataset.Dataset;
import dev.molstream.dataset.Interaction;
import dev.molstream.dataset.StreamedDataset;
import dev.molstream.model.ItemContent;
import dev.molstream.schemas.Action;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.WireFormat;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplayTest {
  private static final TopicCatalogue TOPICS = TopicCatalogue.of("");
  private static final int EVENTS = 5;

  private EmbeddedBroker broker;
  private long nowMillis = 0;
  private int sleeps;

  @BeforeAll
  void start(@TempDir Path directory) {
    broker = EmbeddedBroker.start(directory, 0);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      TOPICS.create(admin, (short) 1);
    }
  }

  @AfterAll
  void stop() {
    broker.close();
  }

  @Test
  void sendsInTheOrderOfTimeAtTheSpeedAskedForUntilStopped() {
    // given: events every ten minutes, from the last to the first, at 60 times real time
    ReplayPace pace =
        new ReplayPace(
            60,
            () -> Instant.ofEpochMilli(nowMillis),
            (time, stopped) -> {
              nowMillis += time.toMillis();
              return ++sleeps == EVENTS - 1; // stopped while the last one is waited for
            });
    Replay replay = Replay.onto(broker.bootstrapServers(), TOPICS);
    replay.items(new Backwards(), Progress.none());

    // when
    long sent = replay.events(new Backwards(), -1, pace, Progress.none());

    // then
    assertThat(sent).isEqualTo(EVENTS - 1);
    assertThat(nowMillis).isEqualTo((EVENTS - 1) * 10_000);
    List<String> arrived = new ArrayList<>();
    StreamedDataset.read(broker.bootstrapServers(), TOPICS, WireFormat.singleObject())
        .forEachInteraction(event -> arrived.add(event.itemId()));
    assertThat(arrived).containsExactly("i0", "i1", "i2", "i3");
  }

  /** One user's events, the last one first. */
  private static final class Backwards implements Dataset {
    @Override
    public String name() {
      return "backwards";
    }

    @Override
    public List<ItemContent> items() {
      return IntStream.range(0, EVENTS)
          .mapToObj(i -> new ItemContent("i" + i, "Item " + i, List.of(), Map.of(), null))
          .toList();
    }

    @Override
    public void forEachInteraction(Consumer<Interaction> visitor) {
      for (int i = EVENTS - 1; i >= 0; i--) {
        visitor.accept(
            new Interaction("anna", "i" + i, Action.VIEW, 1, 1_700_000_000_000L + i * 600_000L));
      }
    }
  }
}
