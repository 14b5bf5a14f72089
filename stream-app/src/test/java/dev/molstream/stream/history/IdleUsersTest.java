package dev.molstream.stream.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.schemas.Action;
import dev.molstream.schemas.UserEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdleUsersTest {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long START = 20_000 * DAY + DAY / 2;
  private static final int RETENTION_DAYS = 10;

  @TempDir Path directory;
  private MockProcessorContext<Void, Void> context;
  private KeyValueStore<Bytes, byte[]> events;
  private KeyValueStore<String, Integer> arrivals;
  private UserHistory history;
  private IdleUsers users;

  @BeforeEach
  void open() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    context = new MockProcessorContext<>(properties, new TaskId(0, 0), directory.toFile());
    events = opened(UserHistory.storeBuilder().withLoggingDisabled().build());
    arrivals = opened(IdleUsers.storeBuilder().withLoggingDisabled().build());
    history = new UserHistory(events, 100, new HistoryMemory(1 << 20));
    users = new IdleUsers(arrivals, history, RETENTION_DAYS, 1_000, 5_000);
  }

  @AfterEach
  void close() {
    events.close();
    arrivals.close();
  }

  @Test
  void forgetsAUserOfWhomNothingArrivedForTooManyDays() {
    arrive("idle", START);
    arrive("busy", START);
    arrive("busy", START + 5 * DAY);

    assertThat(users.sweep(START + RETENTION_DAYS * DAY)).isZero();
    assertThat(users.sweep(START + (RETENTION_DAYS + 1) * DAY)).isOne();

    assertThat(items("idle")).isEmpty();
    assertThat(arrivals.get("idle")).isNull();
    assertThat(items("busy")).hasSize(2);
  }

  @Test
  void countsTheArrivalAndNotTheEventsOwnTime() {
    history.add(event("u", 0));
    users.arrived("u", START);

    users.sweep(START + DAY);

    assertThat(items("u")).hasSize(1);
  }

  @Test
  void aForgottenUserStartsAnew() {
    arrive("u", START);
    users.sweep(START + 11 * DAY);

    arrive("u", START + 11 * DAY);
    users.sweep(START + 12 * DAY);

    assertThat(items("u")).hasSize(1);
  }

  @Test
  void doesABoundedShareEachTimeAndComesToAll() {
    users = new IdleUsers(arrivals, history, RETENTION_DAYS, 3, 5_000);
    for (int i = 0; i < 10; i++) {
      arrive("u" + i, START);
    }
    long later = START + 100 * DAY;

    assertThat(users.sweep(later)).isEqualTo(3);
    assertThat(users.sweep(later)).isEqualTo(3);
    assertThat(users.sweep(later)).isEqualTo(3);
    assertThat(users.sweep(later)).isEqualTo(1);
    assertThat(users.sweep(later)).isZero();
    assertThat(events.approximateNumEntries()).isZero();
  }

  @Test
  void erasesFewUsersAtATimeWhenTheyHaveManyEvents() {
    users = new IdleUsers(arrivals, history, RETENTION_DAYS, 1_000, 5);
    for (int user = 0; user < 4; user++) {
      for (int i = 0; i < 4; i++) {
        arrive("u" + user, START + i);
      }
    }

    assertThat(users.sweep(START + 100 * DAY)).isEqualTo(2);
    assertThat(users.sweep(START + 100 * DAY)).isEqualTo(2);
  }

  @Test
  void zeroDaysKeepsForEver() {
    users = new IdleUsers(arrivals, history, 0, 1_000, 5_000);
    arrive("u", START);

    assertThat(users.sweep(START + 100_000 * DAY)).isZero();
    assertThat(items("u")).hasSize(1);
  }

  private <S extends StateStore> S opened(S store) {
    store.init(context.getStateStoreContext(), store);
    return store;
  }

  private void arrive(String user, long millis) {
    history.add(event(user, millis));
    users.arrived(user, millis);
  }

  private List<String> items(String userId) {
    List<String> items = new ArrayList<>();
    history.read(userId, (itemId, _, _) -> items.add(itemId));
    return items;
  }

  private static UserEvent event(String user, long timestampMillis) {
    Instant time = Instant.ofEpochMilli(timestampMillis);
    return new UserEvent("e" + timestampMillis, user, "item", Action.CLICK, 1f, time, Map.of());
  }
}
