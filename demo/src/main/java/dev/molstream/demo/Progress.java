package dev.molstream.demo;

/** Shows how far long work has come. One task at a time; any thread may advance it. */
public interface Progress {
  /** The total of a task that says how far it is in hundredths, for want of better steps. */
  int PERCENT = 100;

  /**
   * Begins a task.
   *
   * @param name a few words, such as "replaying events"
   * @param total how many steps it has, or -1 when unknown
   */
  Task begin(String name, long total);

  /** Shows nothing. */
  static Progress none() {
    return (name, total) -> done -> {};
  }

  /** One piece of work. */
  interface Task extends AutoCloseable {
    /** Says how many steps are done. */
    void reached(long done);

    /** Shows a few words beside the bar, such as the current loss. */
    default void say(String words) {}

    @Override
    default void close() {}
  }
}
