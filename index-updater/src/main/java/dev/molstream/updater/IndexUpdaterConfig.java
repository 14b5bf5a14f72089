package dev.molstream.updater;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;

import dev.molstream.service.Niceness;
import dev.molstream.service.ServiceConfig;
import dev.molstream.service.SettingRange;
import dev.molstream.service.Settings;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * What the index-updater is told.
 *
 * @param service what all services are told; the model's id is added to its application id
 * @param batchSize the most items in one pass of the item tower, 1 to 4096
 * @param batchWait how long an item waits for others, at least 1 ms
 * @param nice Linux's nice value of a process of its own, 0 to 19
 */
public record IndexUpdaterConfig(
    ServiceConfig service, int batchSize, Duration batchWait, int nice) {
  /** The default application id; the model's id is added to it. */
  public static final String APPLICATION_ID = "molstream-index-updater";

  private static final String BATCH_SIZE = "batch.size";
  private static final String BATCH_WAIT = "batch.wait.ms";
  private static final String NICE = "process.nice";
  private static final int DEFAULT_PORT = 8081;

  /** All keys. */
  public static ConfigDef definition() {
    return ServiceConfig.definition(APPLICATION_ID, DEFAULT_PORT)
        .define(
            BATCH_SIZE,
            Type.INT,
            64,
            SettingRange.between(1, 4096),
            LOW,
            "The most items in one pass of the item tower.")
        .define(
            BATCH_WAIT,
            Type.INT,
            10,
            SettingRange.between(1, 10_000),
            LOW,
            "How long an item waits for others to share its pass, milliseconds.")
        .define(
            NICE,
            Type.INT,
            Niceness.BACKGROUND,
            SettingRange.between(0, Niceness.MOST),
            LOW,
            "Linux's nice value of the process: how far it yields to others on a machine that is"
                + " short of processors, such as a stream-app beside it. 0: not at all.");
  }

  /** Reads settings made with {@link #definition}. */
  public static IndexUpdaterConfig of(Settings settings) {
    return new IndexUpdaterConfig(
        ServiceConfig.of(settings),
        settings.integer(BATCH_SIZE),
        Duration.ofMillis(settings.integer(BATCH_WAIT)),
        settings.integer(NICE));
  }

  /** For use within a program: {@code values} by key, defaults for the others. */
  public static IndexUpdaterConfig of(Map<String, String> values) {
    return of(Settings.of(definition(), values));
  }
}
