package dev.molstream.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.molstream.demo.StalledException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.InterruptException;

/**
 * {@code molstream …} in a process of its own, on the classes and with the flags of this one. What
 * it says goes to a file. Closing it ends it. One thread.
 */
final class ChildProcess implements AutoCloseable {
  // By its name, since the command line is what starts benchmarks.
  private static final String MAIN = "dev.molstream.cli.Molstream";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  // Sizes of this process' memory and what belongs to it alone.
  private static final Pattern OWN_FLAGS =
      Pattern.compile("-(Xm|XX:MaxRAM|XX:\\+Use\\w+GC$|Dmolstream\\.|javaagent|agent|Dcom\\.sun)");

  private final String name;
  private final Path log;
  private final Process process;
  private final long startedNanos;

  private ChildProcess(String name, Path log, Process process, long startedNanos) {
    this.name = name;
    this.log = log;
    this.process = process;
    this.startedNanos = startedNanos;
  }

  /**
   * Starts it and returns at once.
   *
   * @param log what it says is added to this file
   * @param flags of its JVM, beside those of this one
   */
  static ChildProcess start(String name, Path log, List<String> flags, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> !OWN_FLAGS.matcher(flag).lookingAt())
        .forEach(command::add);
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    // Its settings are those given here.
    builder.environment().keySet().removeIf(variable -> variable.startsWith("MOLSTREAM_"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      long started = System.nanoTime();
      return new ChildProcess(name, log, builder.start(), started);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name + ": " + e.getMessage(), e);
    }
  }

  /** How long ago it was started. */
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - startedNanos);
  }

  /**
   * Checks that it has not ended.
   *
   * @throws StalledException with its last words when it has
   */
  void requireAlive() {
    if (!process.isAlive()) {
      throw new StalledException(
          "%s ended with status %d: %s".formatted(name, process.exitValue(), lastWords()));
    }
  }

  /** Ends it with SIGTERM, and with SIGKILL when two minutes later it is still there. */
  void stop() {
    process.destroy();
    if (!ended(PATIENCE)) {
      kill();
    }
  }

  /** Ends it with SIGKILL. */
  void kill() {
    process.destroyForcibly();
    ended(PATIENCE);
  }

  @Override
  public void close() {
    stop();
  }

  private boolean ended(Duration patience) {
    try {
      return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new InterruptException(e);
    }
  }

  private String lastWords() {
    try {
      List<String> lines = Files.readAllLines(log, UTF_8);
      return lines.isEmpty() ? "it said nothing" : lines.getLast();
    } catch (IOException e) {
      return "its log cannot be read";
    }
  }
}
