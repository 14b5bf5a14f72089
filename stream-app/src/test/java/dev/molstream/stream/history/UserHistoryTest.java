package dev.molstream.stream.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.schemas.Action;
import dev.molstream.schemas.UserEvent;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserHistoryTest {
  private static final int MAX_EVENTS = 100;

  @TempDir Path directory;
  private final HistoryMemory memory = new HistoryMemory(1 << 20);
  private KeyValueStore<Bytes, byte[]> store;
  private UserHistory history;

  @BeforeEach
  void open() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    MockProcessorContext<Void, Void> context =
        new MockProcessorContext<>(
            properties, new org.apache.kafka.streams.processor.TaskId(0, 0), directory.toFile());
    store = UserHistory.storeBuilder().withLoggingDisabled().build();
    store.init(context.getStateStoreContext(), store);
    history = new UserHistory(store, MAX_EVENTS, memory);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void ordersByTimeWhateverTheOrderOfArrival() {
    add("u", "late", 1_000);
    add("u", "latest", 3_000);
    add("u", "between", 2_000);
    add("u", "first", 0);

    assertThat(items("u")).containsExactly("latest", "between", "late", "first");
  }

  @Test
  void storesARepeatedEventOnce() {
    UserEvent event = event("u", "e1", "item", 5);

    assertThat(history.add(event)).isTrue();
    assertThat(history.add(event)).isFalse();
    assertThat(items("u")).containsExactly("item");
  }

  @Test
  void keepsUsersApartWhoseIdsBeginAlike() {
    add("u", "of u", 1);
    add("u1", "of u1", 2);
    add("u\u0001", "of u\u0001", 3);
    add("ü", "of ü", 4);

    assertThat(items("u")).containsExactly("of u");
    assertThat(items("u1")).containsExactly("of u1");
    assertThat(items("u\u0001")).containsExactly("of u\u0001");
    assertThat(items("ü")).containsExactly("of ü");
    assertThat(items("nobody")).isEmpty();
  }

  @Test
  void showsTheLastEventsAndKeepsFewMore() {
    for (int i = 0; i < 2_000; i++) {
      add("u", "item" + i, i);
    }

    List<String> items = items("u");
    assertThat(items).hasSize(MAX_EVENTS).startsWith("item1999").endsWith("item1900");
    assertThat(store.approximateNumEntries()).isGreaterThanOrEqualTo(MAX_EVENTS);
    assertThat(storedEvents()).isBetween(MAX_EVENTS, MAX_EVENTS + 64 * 8);
  }

  @Test
  void tellsWhatHappenedAndWhen() {
    history.add(event("u", "e", "item", 1_234_567_890_123L));

    history.read(
        "u",
        (itemId, action, timestampMillis) -> {
          assertThat(itemId).isEqualTo("item");
          assertThat(Action.values()[action]).isEqualTo(Action.LIKE);
          assertThat(timestampMillis).isEqualTo(1_234_567_890_123L);
          return true;
        });
  }

  @Test
  void tellsWhichEventsItDoesNotHold() {
    add("u", "old", 1);
    add("u", "new", 2);
    add("v", "of another", 3);

    assertThat(history.missing("u", List.of("e2", "e1"))).isEmpty();
    assertThat(history.missing("u", List.of("e3", "e2", "e", "e3"))).containsExactly("e3", "e");
    assertThat(history.missing("nobody", List.of("e1"))).containsExactly("e1");
  }

  @Test
  void whatIsTooOldToBeShownIsMissing() {
    for (int i = 0; i <= MAX_EVENTS; i++) {
      add("u", "item" + i, i);
    }

    assertThat(history.missing("u", List.of("e0", "e1"))).containsExactly("e0");
  }

  @Test
  void stopsWhenTheReaderHasEnough() {
    add("u", "old", 1);
    add("u", "new", 2);
    List<String> read = new ArrayList<>();

    history.read("u", (itemId, _, _) -> !read.add(itemId));

    assertThat(read).containsExactly("new");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 2_000, 20_000, 1 << 20})
  void whatIsKeptInMemoryIsWhatIsStored(long budget) {
    UserHistory kept = new UserHistory(store, MAX_EVENTS, new HistoryMemory(budget));
    SplittableRandom random = new SplittableRandom(budget);
    long latest = 0;
    for (int i = 0; i < 5_000; i++) {
      String user = "u" + random.nextInt(10);
      switch (random.nextInt(20)) {
        case 0 -> kept.erase(user);
        case 1, 2, 3 -> kept.add(event(user, "late" + i, "late" + i, random.nextLong(latest + 1)));
        case 4 -> kept.add(event(user, "e" + i, "item" + i, latest)); // often a tie
        case 5, 6, 7, 8, 9, 10 -> kept.add(event(user, "e" + i, "item" + i, ++latest));
        default -> {
          int most = random.nextInt(1, 2 * MAX_EVENTS);
          UserHistory stored = new UserHistory(store, MAX_EVENTS, new HistoryMemory(0));
          assertThat(events(kept, user, most)).isEqualTo(events(stored, user, most));
        }
      }
    }
  }

  @Test
  void isReadFromMemoryTheSecondTime() {
    add("u", "item", 1);
    items("u");
    add("u", "newer", 2);
    store.close();

    assertThat(items("u")).containsExactly("newer", "item");
  }

  @Test
  void takesNoMoreMemoryThanItMay() {
    HistoryMemory little = new HistoryMemory(10_000);
    UserHistory kept = new UserHistory(store, MAX_EVENTS, little);
    for (int user = 0; user < 50; user++) {
      for (int i = 0; i < 20; i++) {
        kept.add(event("u" + user, "e" + i, "item" + i, i));
        events(kept, "u" + user, 10);
        assertThat(little.used()).isBetween(0L, 10_000L);
      }
    }
    assertThat(little.used()).isGreaterThan(5_000);

    kept.close();
    assertThat(little.used()).isZero();
  }

  @Test
  void layoutsStayAsTheyAreOnDisk() {
    byte[] prefix = HistoryKey.userPrefix("u");
    assertThat(HistoryKey.of(prefix, 258, "e").get())
        .containsExactly('u', 0, 0, 0, 0, 0, 0, 0, 1, 2, 'e');
    assertThat(HistoryValue.of("i", 3, 1f)).containsExactly(1, 3, 0x3F, 0x80, 0, 0, 'i');
  }

  private void add(String userId, String itemId, long timestampMillis) {
    history.add(event(userId, "e" + timestampMillis, itemId, timestampMillis));
  }

  private static List<String> events(UserHistory history, String userId, int most) {
    List<String> events = new ArrayList<>();
    history.read(
        userId,
        (itemId, action, timestampMillis) -> {
          events.add(itemId + " " + action + " " + timestampMillis);
          return events.size() < most;
        });
    return events;
  }

  private List<String> items(String userId) {
    List<String> items = new ArrayList<>();
    history.read(userId, (itemId, _, _) -> items.add(itemId));
    return items;
  }

  private int storedEvents() {
    int count = 0;
    try (var all = store.all()) {
      while (all.hasNext()) {
        all.next();
        count++;
      }
    }
    return count;
  }

  private static UserEvent event(String user, String id, String item, long timestampMillis) {
    return new UserEvent(
        id, user, item, Action.LIKE, 1f, Instant.ofEpochMilli(timestampMillis), Map.of());
  }
}
