package dev.molstream.benchmark;

/** Shows how far a benchmark has come. One task at a time. */
public interface BenchmarkProgress {
  /** Begins a task of so many steps. */
  Task begin(String name, long total);

  /** Shows a line that stays. */
  void note(String line);

  /** Shows nothing. */
  static BenchmarkProgress none() {
    return new BenchmarkProgress() {
      @Override
      public Task begin(String name, long total) {
        return done -> {};
      }

      @Override
      public void note(String line) {}
    };
  }

  /** One piece of work. */
  interface Task extends AutoCloseable {
    /** Says how many steps are done. */
    void reached(long done);

    @Override
    default void close() {}
  }
}
