package dev.molstream.retrieval.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which boot of the machine this is. While it is the same, everything a process wrote to a mapped
 * file is still there, however the process ended; after another one, pages may be missing.
 */
final class MachineBoot {
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private MachineBoot() {}

  /** A name for this boot; a fresh one each time where the system offers none. */
  static String current() {
    try {
      return Files.readString(BOOT_ID).strip();
    } catch (IOException e) {
      return "unknown-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    }
  }
}
