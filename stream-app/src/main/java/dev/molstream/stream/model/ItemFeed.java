package dev.molstream.stream.model;

import dev.molstream.stream.index.IndexProgress;
import dev.molstream.stream.request.SearchPlan;
import dev.molstream.stream.request.ServedModel;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps what one model knows of the items up to date, beside the other models and while requests
 * are answered. Any thread but Kafka Streams'.
 */
public interface ItemFeed extends AutoCloseable {
  /** The model whose items it feeds. */
  String modelId();

  /** True when what the topic held at the start is there, and it follows the topic. */
  boolean isRunning();

  /** How far it has come. */
  IndexProgress progress();

  /** Why it has stopped for good, or nothing. */
  List<String> broken();

  /** What keeps it from running, or nothing. */
  List<String> missing();

  /** Completes when it has stopped: with true when it was closed, with false when it failed. */
  CompletableFuture<Boolean> ended();

  /**
   * Opens what answering takes, to be closed before this is.
   *
   * @param threads how many threads answer requests
   * @throws IllegalStateException before {@link #isRunning}
   */
  ServedModel serve(SearchPlan plan, int threads);

  /** Stops: nobody may search any more. A second call does nothing. */
  @Override
  void close();
}
