package dev.molstream.stream.shard;

import dev.molstream.retrieval.ItemIndex;
import dev.molstream.schemas.AvroSerde;
import dev.molstream.service.InvalidRecordException;
import dev.molstream.stream.index.ItemChange;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.jspecify.annotations.Nullable;

/**
 * The items of one partition of item-embeddings as a searchable index, in a state store whose
 * changelog is that partition itself: written by the task that has it, and restored, on it and on
 * standbys, from what the topic holds.
 *
 * <p>The store keeps the offset of its last record in the index, never ahead of the items: a
 * restart reads on from there, and what was applied after the last commit before a crash is applied
 * again. Written by one thread at a time, searched by the task's; {@link #index()} by others only
 * to measure it.
 */
final class ShardStore implements StateStore {
  static final String STORE = "shard-index";

  /**
   * A commit may come every few milliseconds, and storing the offset writes a file: it is stored
   * when this many records were read since, and on closing.
   */
  private static final long STORE_OFFSET_EVERY = 10_000;

  private final Function<Path, ItemIndex> opener;
  private final ItemChange.Reader reader;
  private final OpenShards open;
  private volatile @Nullable ItemIndex index; // volatile for the gauges, read by other threads
  private int partition;
  private @Nullable Long committed;
  private @Nullable Long stored;
  private long recordsRead;

  ShardStore(Function<Path, ItemIndex> opener, ItemChange.Reader reader, OpenShards open) {
    this.opener = opener;
    this.reader = reader;
    this.open = open;
  }

  /**
   * The open index.
   *
   * @throws IllegalStateException before the store is initialised and after it is closed
   */
  ItemIndex index() {
    ItemIndex opened = index;
    if (opened == null) {
      throw new IllegalStateException("the index of shard " + partition + " is not open");
    }
    return opened;
  }

  /** The partition of item-embeddings whose items these are. */
  int partition() {
    return partition;
  }

  /** Says that the task has read another record. Task's thread. */
  void countRead() {
    recordsRead++;
  }

  /** How many records the task has read since it opened the store. Task's thread. */
  long recordsRead() {
    return recordsRead;
  }

  @Override
  public String name() {
    return STORE;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    partition = context.taskId().partition();
    ItemIndex opened = opener.apply(context.stateDir().toPath().resolve(STORE));
    index = opened;
    stored = opened.storedOffsets().get(partition);
    committed = stored;
    if (stored == null && opened.size() > 0) {
      opened.clear(); // what is read from the start may not say any more what was deleted
    }
    open.add(opened);
    context.register(root, this::restore);
  }

  /**
   * A record that cannot be used is passed over here: it went to dead-letters when the task first
   * read it, before its offset was committed, and only what is committed is restored.
   */
  void restore(byte @Nullable [] key, byte @Nullable [] value) {
    try {
      ItemChange change = reader.read(key, value, headers(value));
      if (change != null) {
        change.applyTo(index());
      }
    } catch (InvalidRecordException alreadyReported) {
      return;
    }
  }

  /**
   * Headers are not restored; of theirs only the content type matters, and JSON shows itself by its
   * first byte, as all other formats do.
   */
  private static Headers headers(byte @Nullable [] value) {
    Headers headers = new RecordHeaders();
    if (value != null && value.length > 0 && value[0] == '{') {
      headers.add(AvroSerde.CONTENT_TYPE_HEADER, AvroSerde.JSON.getBytes(StandardCharsets.UTF_8));
    }
    return headers;
  }

  @Override
  public void commit(Map<TopicPartition, Long> offsets) {
    for (Long offset : offsets.values()) {
      if (offset != null && offset >= 0) {
        committed = offset;
        if (stored == null || offset - stored >= STORE_OFFSET_EVERY) {
          storeOffset(index());
        }
      }
    }
  }

  private void storeOffset(ItemIndex opened) {
    Long offset = committed;
    if (offset != null && !offset.equals(stored)) {
      opened.storeOffsets(Map.of(partition, offset));
      stored = offset;
    }
  }

  /** Kafka Streams gets back the very number it gave to {@link #commit}. */
  @Override
  public @Nullable Long committedOffset(TopicPartition changelog) {
    return committed;
  }

  @Override
  @Deprecated
  public boolean managesOffsets() {
    return true;
  }

  @Override
  public boolean persistent() {
    return true;
  }

  @Override
  public boolean isOpen() {
    return index != null;
  }

  @Override
  public void close() {
    ItemIndex opened = index;
    if (opened != null) {
      index = null;
      open.remove(opened);
      storeOffset(opened);
      opened.close();
    }
  }
}
