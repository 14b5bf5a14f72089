package dev.molstream.stream.popularity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.SplittableRandom;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PopularItemsTest {
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final long NOW = 500_000 * HOUR;

  @TempDir Path directory;

  private final Decay decay = new Decay(Duration.ofHours(24));

  @Test
  void anEventCountsHalfAfterTheHalfLife() {
    double once = decay.add(Decay.NOTHING, NOW);
    double twice = decay.add(once, NOW);

    assertThat(decay.log2CountAt(once, NOW)).isCloseTo(0, within(1e-9));
    assertThat(decay.log2CountAt(twice, NOW)).isCloseTo(1, within(1e-9));
    assertThat(decay.log2CountAt(twice, NOW + 24 * HOUR)).isCloseTo(0, within(1e-9));
  }

  @Test
  void theOrderOfArrivalDoesNotMatter() {
    double forward = decay.add(decay.add(Decay.NOTHING, NOW), NOW - 30 * HOUR);
    double backward = decay.add(decay.add(Decay.NOTHING, NOW - 30 * HOUR), NOW);

    assertThat(forward).isCloseTo(backward, within(1e-9));
  }

  @Test
  void manyEventsAddUpToTheirDecayedSum() {
    double weight = Decay.NOTHING;
    double sum = 0;
    for (int hour = 0; hour < 1_000; hour++) {
      weight = decay.add(weight, NOW - hour * HOUR);
      sum += Math.pow(0.5, hour / 24.0);
    }

    assertThat(decay.log2CountAt(weight, NOW)).isCloseTo(Math.log(sum) / Math.log(2), within(1e-6));
  }

  @Test
  void recentEventsBeatMoreButOlderOnes() {
    PopularItems popular = new PopularItems(store(), decay);
    for (int i = 0; i < 7; i++) {
      popular.count("old", NOW - 72 * HOUR);
    }
    popular.count("new", NOW);

    assertThat(order(popular)).containsExactly("new", "old");
  }

  @Test
  void aSmallBoardHoldsTheHeaviestOfAll() {
    KeyValueStore<String, Double> store = store();
    PopularItems board = new PopularItems(store, decay, 10);
    PopularItems all = new PopularItems(store(), decay, 1_000);
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 5_000; i++) {
      String item = "item" + (int) Math.abs(random.nextGaussian() * 20);
      long time = NOW + random.nextLong(100 * HOUR);
      board.count(item, time);
      all.count(item, time);
    }

    List<String> best = order(all).subList(0, 10);
    assertThat(order(board)).isEqualTo(best);
    assertThat(order(new PopularItems(store, decay, 10))).as("after a restart").isEqualTo(best);
  }

  private KeyValueStore<String, Double> store() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    KeyValueStore<String, Double> store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore("store"), Serdes.String(), Serdes.Double())
            .withLoggingDisabled()
            .build();
    store.init(
        new MockProcessorContext<Void, Void>(properties, new TaskId(0, 0), directory.toFile())
            .getStateStoreContext(),
        store);
    return store;
  }

  private static List<String> order(PopularItems popular) {
    List<String> order = new ArrayList<>();
    popular.read(NOW, (itemId, _) -> order.add(itemId));
    return order;
  }
}
