package dev.molstream.service.release;

import dev.molstream.schemas.ModelRelease;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a service does with models. Called by the follower's thread alone.
 *
 * @param <T> what the service keeps of one model
 */
public interface ModelHost<T> {
  /**
   * What the service keeps of one model, with its release as it is now.
   *
   * @param <T> what the service keeps
   */
  record Hosted<T>(ModelRelease release, T model) {}

  /**
   * Verifies a bundle and starts what this service does with its model.
   *
   * @param bundle the folder, every file with the digest the release says
   * @throws RuntimeException when the bundle cannot be used, in one line
   */
  T open(Path bundle, ModelRelease release);

  /**
   * Called again and again with all models that are open, also when nothing has changed: the place
   * to act on states and shares.
   */
  void update(Map<String, Hosted<T>> models);

  /** Why the model works no more, or null while it does. */
  @Nullable String failure(T model);

  /** True when the service cannot go on without this model. */
  boolean needs(T model);

  /** Stops a model that is retired, or that failed and is not needed. */
  void close(T model);

  /** Cleans up after a model whose release says retired; closed before, or never open here. */
  void retired(ModelRelease release);
}
