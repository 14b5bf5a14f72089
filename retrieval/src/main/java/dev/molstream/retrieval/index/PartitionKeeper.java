package dev.molstream.retrieval.index;

import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.partition.Partition;
import dev.molstream.retrieval.partition.PartitionBuilder;
import dev.molstream.retrieval.record.RecordLayout;
import dev.molstream.retrieval.search.SearchableItems;
import dev.molstream.retrieval.slots.SlotMarks;
import dev.molstream.retrieval.slots.SlotTable;
import dev.molstream.retrieval.snapshot.SnapshotReader;
import dev.molstream.retrieval.snapshot.SnapshotWriter;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the partition in step with the items, and builds the next one in the background when the
 * present one no longer fits: when there are twice the items, or as many changes as items, since it
 * was built, or when it was built without queries to fit it to and now there are. Searches go on
 * with the present one; the writer puts into the present one and notes the slot for the next.
 */
final class PartitionKeeper implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(PartitionKeeper.class);
  private static final long SEED = 7;

  /** So few changes are caught up with while the writer waits. */
  private static final int LAST_FEW = 64;

  private final SearchableItems items;
  private final ReentrantLock writing;
  private volatile @Nullable Partition partition;
  private volatile boolean closed;

  /** The present partition was built with too few queries. */
  private volatile boolean unfitted;

  // Guarded by writing.
  private @Nullable Thread builder;
  private SlotMarks changedMeanwhile = new SlotMarks();
  private SlotMarks catchingUp = new SlotMarks();
  private int builtFor;
  private long changesSince;
  private boolean suspended;

  /** Ends a build that nobody wants any more. */
  private static final class AbandonedException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  PartitionKeeper(SearchableItems items, ReentrantLock writing) {
    this.items = items;
    this.writing = writing;
  }

  @Nullable Partition partition() {
    return partition;
  }

  /** The item in the slot is new or other than before. Holds {@link #writing}. */
  void changed(int slot, float[] components) {
    Partition present = partition;
    if (present != null) {
      present.put(slot, components);
    }
    note(slot);
  }

  /** The slot is about to be free. Holds {@link #writing}. */
  void removed(int slot) {
    Partition present = partition;
    if (present != null) {
      present.remove(slot);
    }
    note(slot);
  }

  /** There is nothing any more. Holds {@link #writing}. */
  void cleared() {
    builtFor = 0;
    changesSince = 0;
    abandon();
  }

  /** Queries have been added to the sample. Does not wait: the next ones come. */
  void sawQueries() {
    if (unfitted && items.queries().isFull() && writing.tryLock()) {
      try {
        if (unfitted && !suspended) {
          unfitted = false;
          startBuilding();
        }
      } finally {
        writing.unlock();
      }
    }
  }

  /** Does without a partition: {@link #buildNow} follows. */
  void suspend() {
    writing.lock();
    try {
      suspended = true;
      abandon();
    } finally {
      writing.unlock();
    }
  }

  void resume() {
    writing.lock();
    try {
      suspended = false;
    } finally {
      writing.unlock();
    }
  }

  /** Builds a partition of what is there on this thread, if it is worth one. */
  void buildNow() {
    writing.lock();
    try {
      int size = items.ids().size();
      partition = size < PartitionBuilder.LEAST_ITEMS ? null : build(size);
      built(size);
    } finally {
      writing.unlock();
    }
  }

  /** Writes what {@link #restore} reads; there is a partition, and nobody changes it meanwhile. */
  void save(SnapshotWriter out) throws IOException {
    out.writeInt(builtFor);
    out.writeLong(changesSince);
    out.writeInt(unfitted ? 1 : 0);
    Objects.requireNonNull(partition).save(out);
  }

  /** Takes up the partition that was saved. */
  void restore(SnapshotReader in) {
    writing.lock();
    try {
      builtFor = in.readInt();
      changesSince = in.readLong();
      unfitted = in.readInt() != 0;
      partition = Partition.restore(in, items.settings().shape());
    } finally {
      writing.unlock();
    }
  }

  long retainedBytes() {
    Partition present = partition;
    return present == null ? 0 : present.retainedBytes();
  }

  /** Abandons a build and waits for its end. */
  @Override
  public void close() {
    closed = true;
    Thread running;
    writing.lock();
    try {
      running = builder;
    } finally {
      writing.unlock();
    }
    if (running != null) {
      join(running);
    }
  }

  private void abandon() {
    partition = null;
    if (builder != null) {
      builder.interrupt();
      builder = null;
    }
  }

  private void note(int slot) {
    changesSince++;
    if (builder != null) {
      changedMeanwhile.add(slot);
    }
    int size = items.ids().size();
    boolean outgrown = size >= 2L * builtFor || changesSince >= Math.max(size, builtFor);
    if (!suspended && outgrown && size >= PartitionBuilder.LEAST_ITEMS) {
      startBuilding();
    }
  }

  private void startBuilding() {
    if (builder == null && !closed) {
      changedMeanwhile.start(items.slots().limit());
      Thread thread = new Thread(this::rebuild, "partition-builder");
      thread.setDaemon(true);
      builder = thread;
      thread.start();
    }
  }

  private void built(int size) {
    builtFor = size;
    changesSince = 0;
  }

  private void rebuild() {
    try {
      int size = items.ids().size();
      Partition next = build(size);
      catchUp(next, size);
    } catch (AbandonedException e) {
      LOGGER.debug("a partition build was abandoned");
    } catch (RuntimeException | Error e) {
      if (closed) {
        return;
      }
      // Searches go on with what there is; the next changes try again.
      LOGGER.error("building a partition failed", e);
      writing.lock();
      try {
        builder = null;
        changesSince = 0;
      } finally {
        writing.unlock();
      }
    }
  }

  private void catchUp(Partition next, int size) {
    while (true) {
      writing.lock();
      try {
        requireWanted();
        SlotMarks meanwhile = changedMeanwhile;
        if (meanwhile.size() <= LAST_FEW) {
          bringUpToDate(next, meanwhile);
          partition = next;
          builder = null;
          built(size);
          return;
        }
        changedMeanwhile = catchingUp;
        changedMeanwhile.start(items.slots().limit());
        catchingUp = meanwhile;
      } finally {
        writing.unlock();
      }
      bringUpToDate(next, catchingUp);
    }
  }

  private void bringUpToDate(Partition next, SlotMarks changed) {
    float[] components = new float[items.settings().shape().itemFloats()];
    float[] gate = new float[items.settings().shape().logits()];
    for (int i = 0; i < changed.size(); i++) {
      int slot = changed.slot(i);
      if (read(slot, components, gate)) {
        next.put(slot, components);
      } else {
        next.remove(slot);
      }
    }
  }

  private Partition build(int size) {
    IndexSettings settings = items.settings();
    boolean enough = items.queries().isFull();
    Partition built =
        PartitionBuilder.build(
            this::read,
            settings.shape(),
            settings.gating(),
            items.queries().copy(),
            items.slots().limit(),
            size,
            SEED);
    unfitted = !enough;
    return built;
  }

  private boolean read(int slot, float[] components, float[] gate) {
    requireWanted();
    SlotTable slots = items.slots();
    RecordLayout layout = items.layout();
    StampedLock lock = slots.lock(slot);
    long life = items.enter();
    try {
      long stamp = lock.readLock();
      try {
        long address = slots.address(slot);
        if (address == 0) {
          return false;
        }
        layout.copyComponents(address, components, 0);
        layout.copyGate(address, gate, 0);
        return true;
      } finally {
        lock.unlockRead(stamp);
      }
    } finally {
      items.leave(life);
    }
  }

  private void requireWanted() {
    if (closed || Thread.currentThread().isInterrupted()) {
      throw new AbandonedException();
    }
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
