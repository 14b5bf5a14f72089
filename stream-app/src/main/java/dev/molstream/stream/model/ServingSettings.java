package dev.molstream.stream.model;

import dev.molstream.schemas.WireFormat;
import dev.molstream.service.ServiceConfig;
import dev.molstream.stream.request.SearchPlan;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.Map;

/**
 * What serving any model takes.
 *
 * @param service what the application is told
 * @param catalogue whether an instance searches all items or a share of them
 * @param format how embeddings are written; borrowed
 * @param streams settings for Kafka Streams
 * @param opener reads the model of a bundle
 * @param plan how to search
 * @param registry where metrics are kept
 */
public record ServingSettings(
    ServiceConfig service,
    Catalogue catalogue,
    WireFormat format,
    Map<String, Object> streams,
    Opener opener,
    SearchPlan plan,
    MeterRegistry registry) {

  /** Reads the model of a bundle. */
  @FunctionalInterface
  public interface Opener {
    /**
     * Verifies the bundle.
     *
     * @param modelId the id it must have
     * @param sha256 what its model.json must have
     * @throws RuntimeException when it cannot be used, in one line
     */
    ServableModel open(Path bundle, String modelId, String sha256);
  }

  public ServingSettings {
    streams = Map.copyOf(streams);
  }
}
