package dev.molstream.service;

import java.util.List;
import java.util.function.Supplier;

/**
 * What the health endpoints ask. The suppliers are called by any thread and return at once, with
 * what is wrong in words or with nothing when all is well.
 *
 * @param broken what only a restart can repair: while not empty, not live
 * @param missing what is still to come: while not empty, not ready
 * @param warnings what is wrong and keeps nothing from working
 */
public record Health(
    Supplier<List<String>> broken,
    Supplier<List<String>> missing,
    Supplier<List<String>> warnings) {
  /** Of a service that has nothing to warn of. */
  public Health(Supplier<List<String>> broken, Supplier<List<String>> missing) {
    this(broken, missing, List::of);
  }

  /** True when nothing is broken and nothing is missing. */
  public boolean isReady() {
    return broken.get().isEmpty() && missing.get().isEmpty();
  }
}
