package dev.molstream.benchmark.measure;

import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolItem;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A writer thread that replaces items at a fixed rate, whether or not the index keeps up: what is
 * late is made up for. Runs from {@link #start} to {@link #close}.
 */
public final class Updates implements AutoCloseable {
  private static final int TURNS = 4;
  private static final long NAP_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  private final ItemIndex index;
  private final List<MolItem> items;
  private final int perSecond;
  private final long started = System.nanoTime();
  private final Thread writer = Thread.ofPlatform().name("updates").unstarted(this::write);
  private volatile boolean ending;
  private volatile @Nullable RuntimeException failure;
  private long written;
  private long elapsedNanos;

  private Updates(ItemIndex index, List<MolItem> items, int perSecond) {
    this.index = index;
    this.items = items;
    this.perSecond = perSecond;
  }

  /**
   * Searches with and without a writer beside.
   *
   * @param idle searches without
   * @param busy searches with
   * @param perSecond how many items the writer replaced, which is less than asked for when the
   *     index does not keep up
   */
  public record Result(Samples idle, Samples busy, double perSecond) {}

  /** Searches by turns without and with a writer, so that both meet the same machine. */
  public static Result measure(
      ItemIndex index,
      List<MolItem> items,
      int perSecond,
      RoundRobin searches,
      Contestant contestant) {
    Samples idle = new Samples();
    Samples busy = new Samples();
    long written = 0;
    double seconds = 0;
    for (int turn = 0; turn < TURNS; turn++) {
      idle.add(only(searches.measure(List.of(contestant))));
      try (Updates updates = start(index, items, perSecond)) {
        busy.add(only(searches.measure(List.of(contestant))));
        updates.close();
        written += updates.written;
        seconds += updates.elapsedNanos / 1e9;
      }
    }
    return new Result(idle, busy, written / seconds);
  }

  /** A pace for {@link #measure}'s searches that adds up to the given one. */
  public static Pace perTurn(Pace pace) {
    return pace.part(TURNS);
  }

  /** Starts replacing the items, over and over; no other thread may write meanwhile. */
  static Updates start(ItemIndex index, List<MolItem> items, int perSecond) {
    Updates updates = new Updates(index, items, perSecond);
    updates.writer.start();
    return updates;
  }

  @Override
  public void close() {
    ending = true;
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("a measurement was interrupted", e);
    }
    RuntimeException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }

  private static Samples only(Map<Contestant, Samples> samples) {
    return samples.values().iterator().next();
  }

  private void write() {
    try {
      while (!ending) {
        double due = (System.nanoTime() - started) / 1e9 * perSecond;
        if (written < due) {
          index.upsert(items.get((int) (written % items.size())));
          written++;
        } else {
          LockSupport.parkNanos(NAP_NANOS);
        }
      }
      elapsedNanos = System.nanoTime() - started;
    } catch (RuntimeException e) {
      failure = e;
    }
  }
}
