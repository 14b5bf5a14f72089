package dev.molstream.demo;

/** Who watches the demo. */
public interface Audience {
  /** Hears of what happened, right after it did, on the demo's thread. */
  void watch(Scene scene);

  /** Sees how far the long parts have come. */
  Progress progress();
}
