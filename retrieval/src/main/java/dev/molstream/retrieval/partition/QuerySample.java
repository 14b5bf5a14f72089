package dev.molstream.retrieval.partition;

import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Some of the queries asked of late: what a partition is fitted to. Any thread; {@link #add}
 * allocates nothing and never waits.
 */
public final class QuerySample {
  /** How many are kept. */
  public static final int CAPACITY = 512;

  /** Of the queries that come when it is full, one in so many takes the place of the oldest. */
  private static final int ONE_IN = 16;

  private final ReentrantLock lock = new ReentrantLock();
  private final MolQuery[] queries = new MolQuery[CAPACITY];
  private long seen;
  private volatile boolean full;

  /** An empty sample for queries of a shape. */
  public QuerySample(MolShape shape) {
    for (int i = 0; i < CAPACITY; i++) {
      queries[i] = MolQuery.allocate(shape);
    }
  }

  /** Takes a query in, now and then; it may be reused afterwards. */
  public void add(MolQuery query) {
    if (!lock.tryLock()) {
      return; // others come
    }
    try {
      if (seen < CAPACITY || seen % ONE_IN == 0) {
        long place = seen < CAPACITY ? seen : seen / ONE_IN;
        MolQuery kept = queries[(int) (place % CAPACITY)];
        System.arraycopy(query.components(), 0, kept.components(), 0, kept.components().length);
        System.arraycopy(query.gate(), 0, kept.gate(), 0, kept.gate().length);
      }
      seen++;
      full = seen >= CAPACITY;
    } finally {
      lock.unlock();
    }
  }

  /** Whether as many were added as it keeps. */
  public boolean isFull() {
    return full;
  }

  /** A copy of those kept. */
  public List<MolQuery> copy() {
    lock.lock();
    try {
      List<MolQuery> copies = new ArrayList<>();
      for (int i = 0; i < Math.min(seen, CAPACITY); i++) {
        copies.add(new MolQuery(queries[i].components().clone(), queries[i].gate().clone()));
      }
      return copies;
    } finally {
      lock.unlock();
    }
  }

  /** Bytes on the heap. */
  public long retainedBytes() {
    MolQuery any = queries[0];
    return CAPACITY * (4L * (any.components().length + any.gate().length) + 64);
  }
}
