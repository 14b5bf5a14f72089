package dev.molstream.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CatchUpTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final FakeOffsets offsets = new FakeOffsets();
  private Instant now = Instant.EPOCH;
  private @Nullable Set<Integer> mine = Set.of(0, 1);
  private final CatchUp catchUp =
      CatchUp.of(offsets, () -> mine, Duration.ofMinutes(5), () -> now, registry);

  /** Partitions 0 to 2 ended at 100, 50 and 1000 at the start. */
  private static final class FakeOffsets implements CatchUp.Offsets {
    final Map<Integer, Long> positions = new HashMap<>(Map.of(0, 0L, 1, 0L, 2, 0L));
    boolean isDown;

    @Override
    public Map<Integer, Long> ends() {
      return Map.of(0, 100L, 1, 50L, 2, 1000L);
    }

    @Override
    public Map<Integer, Long> positions() {
      if (isDown) {
        throw new KafkaException("no broker");
      }
      return positions;
    }
  }

  @Test
  void waitsForWhatWasThereAtTheStartInTheInstancesOwnPartitions() {
    offsets.positions.putAll(Map.of(0, 90L, 1, 49L));
    assertThat(catchUp.look()).isFalse();
    assertThat(catchUp.missing()).containsExactly("histories are catching up: 11 events to go");
    assertThat(remaining()).isEqualTo(11);

    offsets.positions.putAll(Map.of(0, 170L, 1, 50L)); // others' events came meanwhile
    assertThat(catchUp.look()).isTrue();
    assertThat(catchUp.missing()).isEmpty();
    assertThat(remaining()).isZero();
  }

  @Test
  void waitsUntilItIsSettledWhichPartitionsAreItsOwn() {
    mine = null;
    assertThat(catchUp.look()).isFalse();
    assertThat(catchUp.missing()).hasSize(1);
    assertThat(remaining()).isNaN();

    mine = Set.of();
    assertThat(catchUp.look()).isTrue();
  }

  @Test
  void staysReadyWhenFurtherPartitionsComeLater() {
    offsets.positions.putAll(Map.of(0, 100L, 1, 50L));
    catchUp.look();
    mine = Set.of(0, 1, 2);

    assertThat(catchUp.missing()).isEmpty();
  }

  @Test
  void isReadyAllTheSameWhenThePatienceIsOver() {
    assertThat(catchUp.look()).isFalse();
    now = now.plus(Duration.ofMinutes(5));

    assertThat(catchUp.look()).isTrue();
    assertThat(catchUp.missing()).isEmpty();
    assertThat(remaining()).isEqualTo(150);
  }

  @Test
  void saysWhenTheBrokerCannotBeAskedAndAsksAgain() {
    offsets.isDown = true;
    assertThat(catchUp.look()).isFalse();
    assertThat(catchUp.missing()).first().asString().contains("no broker");

    offsets.isDown = false;
    offsets.positions.putAll(Map.of(0, 100L, 1, 50L));
    assertThat(catchUp.look()).isTrue();
  }

  private double remaining() {
    return registry.get("molstream.catchup.remaining").gauge().value();
  }
}
