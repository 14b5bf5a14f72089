package dev.molstream.benchmark.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The commit a build was made from. */
final class Commit {
  static final String UNKNOWN = "unknown";

  private Commit() {}

  /** Of the working tree that these classes lie in. */
  static String ofThisBuild() {
    CodeSource source = Commit.class.getProtectionDomain().getCodeSource();
    if (source == null) {
      return UNKNOWN;
    }
    try {
      return of(Path.of(source.getLocation().toURI()));
    } catch (URISyntaxException | IllegalArgumentException e) {
      return UNKNOWN;
    }
  }

  /**
   * Of the working tree around a path, with {@code -dirty} when files have changed since; {@value
   * #UNKNOWN} when there is none or no git.
   */
  static String of(Path path) {
    Path tree = treeAround(path);
    if (tree == null) {
      return UNKNOWN;
    }
    ProcessBuilder command =
        new ProcessBuilder("git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*");
    command.directory(tree.toFile());
    command.redirectError(ProcessBuilder.Redirect.DISCARD);
    command.redirectInput(new File("/dev/null"));
    try {
      Process git = command.start();
      String name = new String(git.getInputStream().readAllBytes(), UTF_8).strip();
      boolean ended = git.waitFor(10, TimeUnit.SECONDS);
      return ended && git.exitValue() == 0 && !name.isEmpty() ? name : UNKNOWN;
    } catch (IOException e) {
      return UNKNOWN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return UNKNOWN;
    }
  }

  private static @Nullable Path treeAround(Path path) {
    Path folder = path.toAbsolutePath();
    while (folder != null && !Files.exists(folder.resolve(".git"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
