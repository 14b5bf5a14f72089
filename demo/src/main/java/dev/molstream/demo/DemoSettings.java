package dev.molstream.demo;

import dev.molstream.dataset.Dataset;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the demo is to show.
 *
 * @param dataset films and viewers
 * @param bundle the model to serve, or null to train one
 * @param requests how many requests to measure, at least 1
 * @param port where the broker listens on loopback, 0 for any free port
 */
public record DemoSettings(Dataset dataset, @Nullable Path bundle, int requests, int port) {
  public DemoSettings {
    if (requests < 1) {
      throw new IllegalArgumentException("requests " + requests + " is not at least 1");
    }
  }
}
