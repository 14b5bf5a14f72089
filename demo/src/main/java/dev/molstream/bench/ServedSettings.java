package dev.molstream.bench;

import dev.molstream.dataset.Dataset;
import dev.molstream.service.ServiceConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.IsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * What is served, and how.
 *
 * @param bundle the model, or null to train one in a minute
 * @param guarantee at_least_once or exactly_once_v2
 * @param streamThreads of the stream-app, at least 1
 * @param groupProtocol classic or streams
 * @param extra further settings of the stream-app
 * @param appFlags flags of the stream-app's JVM
 */
public record ServedSettings(
    Dataset dataset,
    @Nullable Path bundle,
    String guarantee,
    int streamThreads,
    String groupProtocol,
    Map<String, String> extra,
    List<String> appFlags) {
  public ServedSettings {
    extra = Map.copyOf(extra);
    appFlags = List.copyOf(appFlags);
  }

  /** What a client sees of the stream-app's answers: with exactly once, only what is committed. */
  public IsolationLevel isolation() {
    return guarantee.equals(ServiceConfig.EXACTLY_ONCE)
        ? IsolationLevel.READ_COMMITTED
        : IsolationLevel.READ_UNCOMMITTED;
  }

  /**
   * The stream-app's settings.
   *
   * @param commitIntervalMillis 0 for the stream-app's own default
   */
  public Map<String, String> app(int commitIntervalMillis) {
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "processing.guarantee", guarantee,
                "num.stream.threads", Integer.toString(streamThreads),
                "kafka.group.protocol", groupProtocol));
    if (commitIntervalMillis > 0) {
      settings.put("kafka.commit.interval.ms", Integer.toString(commitIntervalMillis));
    }
    settings.putAll(extra);
    return settings;
  }
}
