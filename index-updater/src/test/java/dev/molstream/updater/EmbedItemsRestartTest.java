package dev.molstream.updater;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.schemas.ItemEmbedding;
import dev.molstream.schemas.ItemUpdate;
import dev.molstream.schemas.PackedFloats;
import dev.molstream.schemas.ReadyVectors;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The store outlives the processor, as it does when a task is restored on another instance. */
class EmbedItemsRestartTest {
  private static final Duration BATCH_WAIT = Duration.ofMillis(5);

  private final FakeItemTower tower = new FakeItemTower();
  private final KeyValueStore<String, PendingItem> store =
      Stores.keyValueStoreBuilder(
              Stores.inMemoryKeyValueStore(EmbedItems.PENDING_STORE),
              Serdes.String(),
              PendingItem.serde())
          .withLoggingDisabled()
          .build();

  @BeforeEach
  void openStore() {
    store.init(new MockProcessorContext<>().getStateStoreContext(), store);
  }

  @Test
  void embedsWhatWaitedAndNothingThatWasDone() {
    // given
    Instance before = new Instance();
    before.update("done", 0);
    before.passBatchWait();
    before.update("waiting", 1);

    // when
    Instance after = new Instance();
    after.passBatchWait();
    after.passBatchWait();

    // then
    assertThat(tower.embeddedIds()).containsExactly(List.of("done"), List.of("waiting"));
    assertThat(after.forwarded()).singleElement().satisfies(this::comesFromOffsetOne);
  }

  @Test
  void keepsReadyVectorsThatWaitedAndWhatFollowsFromThem() {
    new Instance()
        .update(
            ItemUpdate.newBuilder()
                .setItemId("ready")
                .setVectors(new ReadyVectors(List.of(4f), null, null, null))
                .build(),
            1);

    Instance after = new Instance();
    after.passBatchWait();

    assertThat(after.forwarded())
        .singleElement()
        .satisfies(
            record ->
                assertThat(record.value().getGate()).isEqualTo(PackedFloats.pack(4 * 4, 4 * 5)));
    assertThat(tower.batches).isEmpty();
  }

  @Test
  void forgetsWhatWaitedWhenItIsDeletedFirst() {
    new Instance().update("a", 0);

    Instance after = new Instance();
    after.processor.process(new Record<>("a", null, 9));
    after.passBatchWait();

    assertThat(after.forwarded())
        .singleElement()
        .satisfies(record -> assertThat(record.value()).isNull());
    assertThat(tower.batches).isEmpty();
  }

  private void comesFromOffsetOne(
      Record<? extends String, ? extends @Nullable ItemEmbedding> record) {
    assertThat(record.key()).isEqualTo("m1/waiting");
    assertThat(record.value().getSourceOffset()).isEqualTo(1);
    assertThat(record.value().getSourcePartition()).isEqualTo(4);
    assertThat(record.timestamp()).isEqualTo(7);
  }

  private final class Instance {
    private final MockProcessorContext<String, @Nullable ItemEmbedding> context =
        new MockProcessorContext<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final EmbedItems processor =
        new EmbedItems(
            "m1",
            new ItemUpdateRules(0),
            new ItemEmbedder(FakeItemTower.MODEL, tower, registry),
            64,
            BATCH_WAIT,
            registry);

    Instance() {
      context.addStateStore(store);
      processor.init(context);
    }

    void update(String itemId, long offset) {
      update(ItemUpdate.newBuilder().setItemId(itemId).build(), offset);
    }

    void update(ItemUpdate update, long offset) {
      context.setRecordMetadata("item-updates", 4, offset);
      processor.process(new Record<>(update.getItemId(), update, 7));
    }

    void passBatchWait() {
      context.scheduledPunctuators().getFirst().getPunctuator().punctuate(0);
    }

    List<Record<? extends String, ? extends @Nullable ItemEmbedding>> forwarded() {
      List<Record<? extends String, ? extends @Nullable ItemEmbedding>> records = new ArrayList<>();
      context.forwarded().forEach(forward -> records.add(forward.record()));
      return records;
    }
  }
}
