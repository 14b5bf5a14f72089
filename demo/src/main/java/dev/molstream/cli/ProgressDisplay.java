package dev.molstream.cli;

import dev.molstream.benchmark.BenchmarkProgress;
import dev.molstream.demo.Progress;
import java.io.PrintStream;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress on stderr: a bar for a terminal, now and then a line for a log. */
final class ProgressDisplay {
  private static final int WIDTH = 110;
  private static final Duration LINE_EVERY = Duration.ofSeconds(10);

  private ProgressDisplay() {}

  /** The display that suits what stderr is. */
  static Progress onStderr() {
    return StandardError.isTerminal() ? bars(System.err) : lines(System.err);
  }

  /** The same, for benchmarks. */
  static BenchmarkProgress benchmarkOnStderr() {
    Progress progress = onStderr();
    return new BenchmarkProgress() {
      @Override
      public Task begin(String name, long total) {
        Progress.Task task = progress.begin(name, total);
        return new Task() {
          @Override
          public void reached(long done) {
            task.reached(done);
          }

          @Override
          public void close() {
            task.close();
          }
        };
      }

      @Override
      public void note(String line) {
        System.err.println(line);
      }
    };
  }

  private static Progress bars(PrintStream terminal) {
    return (name, total) ->
        new Bar(
            new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(total)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(250)
                .setConsumer(new ConsoleProgressBarConsumer(terminal, WIDTH))
                .build());
  }

  /** A line at the end of each task, and of long ones every ten seconds. */
  static Progress lines(PrintStream log) {
    return (name, total) -> new Lines(log, name, total);
  }

  private record Bar(ProgressBar bar) implements Progress.Task {
    @Override
    public void reached(long done) {
      bar.stepTo(done);
    }

    @Override
    public void say(String words) {
      bar.setExtraMessage(" " + words);
    }

    @Override
    public void close() {
      bar.close();
    }
  }

  private static final class Lines implements Progress.Task {
    private final PrintStream log;
    private final String name;
    private final long total;
    private final long started = System.nanoTime();
    private long lastLine = started;
    private long done;
    private String words = "";

    Lines(PrintStream log, String name, long total) {
      this.log = log;
      this.name = name;
      this.total = total;
    }

    @Override
    public synchronized void reached(long reached) {
      done = Math.max(done, reached);
      long now = System.nanoTime();
      if (now - lastLine >= LINE_EVERY.toNanos()) {
        lastLine = now;
        log.println(name + ": " + share() + remaining(now) + words);
      }
    }

    @Override
    public synchronized void say(String newWords) {
      words = ", " + newWords;
    }

    @Override
    public synchronized void close() {
      String all = total == Progress.PERCENT ? "done" : "%,d".formatted(done);
      log.printf("%s: %s in %.1f s%s%n", name, all, (System.nanoTime() - started) / 1e9, words);
    }

    private String share() {
      if (total == Progress.PERCENT) {
        return done + " %";
      }
      return total > 0
          ? "%,d of %,d (%d %%)".formatted(done, total, 100 * done / total)
          : "%,d".formatted(done);
    }

    private String remaining(long now) {
      if (total <= 0 || done == 0) {
        return "";
      }
      double seconds = (now - started) / 1e9 * (total - done) / done;
      return ", %.0f s to go".formatted(seconds);
    }
  }
}
