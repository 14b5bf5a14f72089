package dev.molstream.service.release;

import static dev.molstream.service.release.ReleaseRecords.MODELS;
import static dev.molstream.service.release.ReleaseRecords.record;
import static dev.molstream.service.release.ReleaseRecords.release;
import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.schemas.ModelRelease;
import dev.molstream.schemas.ReleaseState;
import dev.molstream.schemas.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.junit.jupiter.api.Test;

class ReleaseReaderTest {
  private final MockConsumer<byte[], byte[]> consumer = ReleaseRecords.consumer(MODELS);
  private final ReleaseReader reader = ReleaseReader.of(consumer, TopicCatalogue.of(""));
  private final ModelRelease live = release("a", ReleaseState.LIVE);
  private final ModelRelease staged = release("b", ReleaseState.STAGED);
  private long end;

  @Test
  void showsTheLastReleaseOfEachModelAndNoneThatWasDeleted() {
    put(record(0, live));
    put(record(1, staged));
    put(record(2, release("a", ReleaseState.STAGED)));
    put(record(MODELS, 3, "b", null));

    assertThat(reader.poll(Duration.ZERO)).isTrue();

    assertThat(reader.releases()).containsOnlyKeys("a");
    assertThat(stateOf("a")).isEqualTo(ReleaseState.STAGED);
  }

  @Test
  void showsBothRecordsOfASwapOrNeither() {
    put(record(0, live));
    put(record(1, staged));
    reader.poll(Duration.ZERO);

    // The broker has both records, and hands over one of them first.
    put(record(2, release("a", ReleaseState.STAGED)));
    consumer.updateEndOffsets(Map.of(MODELS, 4L));
    assertThat(reader.poll(Duration.ZERO)).isFalse();
    assertThat(reader.releases()).containsEntry("a", live).containsEntry("b", staged);

    put(record(3, release("b", ReleaseState.LIVE)));
    assertThat(reader.poll(Duration.ZERO)).isTrue();
    assertThat(stateOf("a")).isEqualTo(ReleaseState.STAGED);
    assertThat(stateOf("b")).isEqualTo(ReleaseState.LIVE);
  }

  @Test
  void keepsTheReleaseBeforeOneThatCannotBeRead() {
    put(record(0, live));
    put(record(MODELS, 1, "a", "rubbish".getBytes(StandardCharsets.UTF_8)));
    put(record(MODELS, 2, "c", record(0, live).value()));
    put(record(3, ModelRelease.newBuilder(staged).setTrafficShare(1.5).build()));

    reader.poll(Duration.ZERO);

    assertThat(reader.releases()).containsOnly(Map.entry("a", live));
    assertThat(reader.unreadable()).containsOnlyKeys("a", "b", "c");
    assertThat(reader.unreadable().get("b"))
        .isEqualTo("models-0@3: trafficShare is 1.5: 0 to 1 is valid");
    assertThat(reader.unreadable().get("c"))
        .isEqualTo("models-0@2: the key is 'c' and the value's modelId 'a': they must agree");
  }

  @Test
  void forgetsAComplaintWhenAGoodReleaseFollows() {
    put(record(MODELS, 0, "a", new byte[] {1}));
    reader.poll(Duration.ZERO);
    assertThat(reader.unreadable()).containsOnlyKeys("a");

    put(record(1, live));
    reader.poll(Duration.ZERO);

    assertThat(reader.unreadable()).isEmpty();
    assertThat(reader.releases()).containsOnlyKeys("a");
  }

  private void put(ConsumerRecord<byte[], byte[]> record) {
    end = record.offset() + 1;
    consumer.addRecord(record);
    consumer.updateEndOffsets(Map.of(MODELS, end));
  }

  private ReleaseState stateOf(String modelId) {
    return Objects.requireNonNull(reader.releases().get(modelId)).getState();
  }
}
