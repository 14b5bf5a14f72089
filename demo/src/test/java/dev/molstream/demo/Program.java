package dev.molstream.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program of the machine that has run.
 *
 * @param isDone true when it ended in time, with status 0
 * @param output what it wrote to stdout and stderr
 */
record Program(boolean isDone, String output) {
  private static final int PATIENCE_SECONDS = 120;

  /** Runs it to its end; not done when there is no such program. */
  static Program run(
      Path directory, Map<String, String> environment, String input, String... command)
      throws IOException, InterruptedException {
    Path in = Files.writeString(Files.createTempFile(directory, "input", ""), input);
    Path out = Files.createTempFile(directory, "output", "");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile());
    builder.environment().putAll(environment);
    Process process;
    try {
      process = builder.start();
    } catch (IOException absent) {
      return new Program(false, absent.toString());
    }
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().onExit().join();
      return new Program(false, "not done after " + PATIENCE_SECONDS + " s");
    }
    return new Program(process.exitValue() == 0, new String(Files.readAllBytes(out), UTF_8));
  }
}
