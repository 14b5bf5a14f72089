package dev.molstream.model;

import dev.molstream.retrieval.MolShape;

/**
 * A user's last events as the query tower reads them, oldest first: a reusable buffer, one thread
 * at a time.
 */
public final class QueryHistory {
  /** How many action codes there are: 0 to one less. */
  public static final int ACTIONS = 9;

  /** What towers with a table of users read for nobody in particular. */
  public static final long NOBODY = -1;

  private final int baseDimension;
  private final float[] vectors;
  private final long[] actions;
  private final long[] timestamps;
  private int length;
  private long userHash = NOBODY;

  /**
   * A buffer for up to {@code maxHistory} events with base vectors of {@code baseDimension} floats.
   */
  public QueryHistory(int maxHistory, int baseDimension) {
    this.baseDimension = baseDimension;
    this.vectors = new float[maxHistory * baseDimension];
    this.actions = new long[maxHistory];
    this.timestamps = new long[maxHistory];
  }

  /** Forgets all events, and whose they were. */
  public void clear() {
    length = 0;
    userHash = NOBODY;
  }

  /** Says whose events they are, for towers that know users. */
  public void belongTo(String userId) {
    userHash = UserTable.hash(userId);
  }

  /** Says that they are whoever's those of {@code other} are. */
  public void belongTo(QueryHistory other) {
    userHash = other.userHash;
  }

  /** The {@link UserTable#hash} of whose events they are, or {@link #NOBODY}. */
  public long userHash() {
    return userHash;
  }

  /** How many events it holds. */
  public int length() {
    return length;
  }

  /** How many it can hold. */
  public int capacity() {
    return actions.length;
  }

  /** Length of a base vector. */
  public int baseDimension() {
    return baseDimension;
  }

  /**
   * The vectors, event major: write the next event's at {@code length() * baseDimension()}, then
   * call append.
   */
  public float[] vectors() {
    return vectors;
  }

  /** Action codes, in the order of the Avro enum. */
  public long[] actions() {
    return actions;
  }

  /** Event times, milliseconds since 1970. */
  public long[] timestamps() {
    return timestamps;
  }

  /** Adds the event whose vector was just written. */
  public void append(long action, long timestampMillis) {
    if (length == actions.length) {
      throw new IllegalStateException("history holds " + length + " events, its capacity");
    }
    actions[length] = action;
    timestamps[length] = timestampMillis;
    length++;
  }

  /**
   * Refuses what a query tower cannot read.
   *
   * @throws IllegalArgumentException when it is empty, too long, or has vectors of another length
   */
  void requireFits(MolShape shape, int maxHistory) {
    if (length < 1 || length > maxHistory) {
      throw new IllegalArgumentException(
          "history has " + length + " events, valid is 1 to " + maxHistory);
    }
    if (baseDimension != shape.baseDimension()) {
      throw new IllegalArgumentException(
          "history has vectors of %d floats, the query tower reads %d"
              .formatted(baseDimension, shape.baseDimension()));
    }
  }

  /** As a complaint names it. */
  @Override
  public String toString() {
    return "a history of " + length + (length == 1 ? " event" : " events");
  }
}
