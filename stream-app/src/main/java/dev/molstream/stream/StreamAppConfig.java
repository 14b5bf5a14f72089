package dev.molstream.stream;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import dev.molstream.service.ServiceConfig;
import dev.molstream.service.SettingRange;
import dev.molstream.service.Settings;
import dev.molstream.stream.history.HistoryMemory;
import dev.molstream.stream.model.Catalogue;
import dev.molstream.stream.popularity.Decay;
import dev.molstream.stream.request.SearchPlan;
import dev.molstream.stream.user.UserLimits;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * What the streaming application is told.
 *
 * @param service what every service is told
 * @param plan how to search
 * @param limits how much is kept of a user, and how long requests may take
 * @param decay how fast popularity fades
 * @param expectedItems items to size the index for, those of all instances together
 * @param historyMegabytes heap for the histories of the users read last, over all stream threads
 * @param encodedMegabytes heap for encoded histories, over all stream threads
 * @param catchUpPatience how long readiness waits for the histories at most
 * @param catalogue whether an instance searches all items or a share of them
 * @param gatherMax how long shards are waited for
 * @param replyTopics full names of topics that a request may ask to be answered on
 */
public record StreamAppConfig(
    ServiceConfig service,
    SearchPlan plan,
    UserLimits limits,
    Decay decay,
    long expectedItems,
    int historyMegabytes,
    int encodedMegabytes,
    Duration catchUpPatience,
    Catalogue catalogue,
    Duration gatherMax,
    Set<String> replyTopics) {
  /** The default application id. */
  public static final String APPLICATION_ID = "molstream-stream-app";

  private static final int HTTP_PORT = 8082;
  private static final String ALGORITHM = "search.algorithm";
  private static final String CANDIDATES = "search.candidates";
  private static final String EXACT_MAX_ITEMS = "search.exact.max.items";
  private static final String HISTORY_MAX_EVENTS = "history.max.events";
  private static final String HISTORY_RETENTION_DAYS = "history.retention.days";
  private static final String ADMISSION_MAX_WAIT_MS = "admission.max.wait.ms";
  private static final String HISTORY_WAIT_MAX_MS = "history.wait.max.ms";
  private static final String HALF_LIFE = "popularity.half.life.hours";
  private static final String EXPECTED_ITEMS = "index.expected.items";
  private static final String CACHED_MB = "history.cached.mb";
  private static final String ENCODED_MB = "history.encoded.mb";
  private static final String CATCH_UP_PATIENCE = "catchup.max.wait.seconds";
  private static final String CATALOGUE_MODE = "catalogue.mode";
  private static final String GATHER_MAX = "shard.gather.max.ms";
  private static final String REPLY_TOPICS = "reply.topics";

  public StreamAppConfig {
    replyTopics = Set.copyOf(replyTopics);
  }

  /** All keys, with what is valid and the defaults. */
  public static ConfigDef definition() {
    return ServiceConfig.definition(APPLICATION_ID, HTTP_PORT)
        .define(
            ALGORITHM,
            Type.STRING,
            "auto",
            SettingRange.oneOf("auto", "exact", "adaptive", "averaged"),
            MEDIUM,
            "How to search when a request does not say: auto, up to "
                + EXACT_MAX_ITEMS
                + ", by averaged candidates as long as checks by an exact search find nothing"
                + " missing, else exact; beyond it adaptive.")
        .define(
            CANDIDATES,
            Type.INT,
            2000,
            SettingRange.between(1, 100_000),
            MEDIUM,
            "Items that an averaged search scores in full when a request does not say.")
        .define(
            EXACT_MAX_ITEMS,
            Type.INT,
            5000,
            SettingRange.between(0, Integer.MAX_VALUE),
            LOW,
            "The largest index in which auto holds itself to an exact search.")
        .define(
            HISTORY_MAX_EVENTS,
            Type.INT,
            2500,
            SettingRange.between(1, 100_000),
            MEDIUM,
            "Events kept per user: what can be left out as seen. The model reads the last of them.")
        .define(
            HISTORY_RETENTION_DAYS,
            Type.INT,
            400,
            SettingRange.between(0, 36_500),
            MEDIUM,
            "Days without an event arriving after which a user is forgotten. 0: never.")
        .define(
            ADMISSION_MAX_WAIT_MS,
            Type.INT,
            30_000,
            SettingRange.between(0, 86_400_000),
            MEDIUM,
            "Milliseconds that a request may have waited to be read and still be answered; later"
                + " ones are answered OVERLOADED, and all that waited a fifth of it while the queue"
                + " does not clear. 0: all are answered.")
        .define(
            HISTORY_WAIT_MAX_MS,
            Type.INT,
            1000,
            SettingRange.between(0, 60_000),
            MEDIUM,
            "Milliseconds that a request waits for the events it names in afterEvents. 0: not at"
                + " all.")
        .define(
            HALF_LIFE,
            Type.INT,
            7 * 24,
            SettingRange.between(1, 1_000_000),
            LOW,
            "Hours until an event counts half for popularity. A new value counts from zero.")
        .define(
            EXPECTED_ITEMS,
            Type.LONG,
            100_000L,
            SettingRange.between(1, 1_000_000_000),
            MEDIUM,
            "Items to size the index for, those of all instances together.")
        .define(
            CATALOGUE_MODE,
            Type.STRING,
            "replicated",
            SettingRange.oneOf("replicated", "sharded"),
            MEDIUM,
            "replicated: every instance searches all items. sharded: every instance searches some"
                + " partitions of item-embeddings and asks the others for the rest. The same for"
                + " all instances.")
        .define(
            GATHER_MAX,
            Type.INT,
            200,
            SettingRange.between(1, 60_000),
            MEDIUM,
            "Milliseconds a sharded catalogue's shards are waited for before a request is answered"
                + " PARTIAL without those that are late.")
        .define(
            CACHED_MB,
            Type.INT,
            128,
            SettingRange.between(0, 1_000_000),
            MEDIUM,
            "Megabytes of heap for the histories of the users read last, over all stream threads: a"
                + " user found there costs no walk through the store. 0 keeps none.")
        .define(
            ENCODED_MB,
            Type.INT,
            256,
            SettingRange.between(0, 1_000_000),
            MEDIUM,
            "Megabytes of heap for encoded histories, over all stream threads: a user found there"
                + " costs what is new in the history, not all of it. 0 keeps none.")
        .define(
            CATCH_UP_PATIENCE,
            Type.INT,
            1800,
            SettingRange.between(0, 1_000_000),
            LOW,
            "How long to stay unready at most, seconds, until the histories have every event that"
                + " was there at the start.")
        .define(
            REPLY_TOPICS,
            Type.STRING,
            "",
            SettingRange.matching("[a-zA-Z0-9._,-]*", "names of topics, separated by commas"),
            LOW,
            "Topics that a request's kafka_replyTopic header may name; other names are ignored.");
  }

  /** Reads settings made with {@link #definition}. */
  public static StreamAppConfig of(Settings settings) {
    return new StreamAppConfig(
        ServiceConfig.of(settings),
        new SearchPlan(
            SearchPlan.Mode.valueOf(settings.text(ALGORITHM).toUpperCase(Locale.ROOT)),
            settings.integer(CANDIDATES),
            settings.integer(EXACT_MAX_ITEMS)),
        new UserLimits(
            settings.integer(HISTORY_MAX_EVENTS),
            settings.integer(HISTORY_RETENTION_DAYS),
            Duration.ofMillis(settings.integer(HISTORY_WAIT_MAX_MS)),
            Duration.ofMillis(settings.integer(ADMISSION_MAX_WAIT_MS))),
        new Decay(Duration.ofHours(settings.integer(HALF_LIFE))),
        settings.longInteger(EXPECTED_ITEMS),
        settings.integer(CACHED_MB),
        settings.integer(ENCODED_MB),
        Duration.ofSeconds(settings.integer(CATCH_UP_PATIENCE)),
        Catalogue.valueOf(settings.text(CATALOGUE_MODE).toUpperCase(Locale.ROOT)),
        Duration.ofMillis(settings.integer(GATHER_MAX)),
        Arrays.stream(settings.text(REPLY_TOPICS).split(","))
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toUnmodifiableSet()));
  }

  /** For use within a program: {@code values} by key, defaults for the others. */
  public static StreamAppConfig of(Map<String, String> values) {
    return of(Settings.of(definition(), values));
  }

  /** The memory for the histories of the users read last. */
  HistoryMemory historyMemory() {
    return new HistoryMemory((long) historyMegabytes << 20);
  }

  /** One stream thread's share of the memory for encoded histories. */
  long keptBytesPerThread() {
    return ((long) encodedMegabytes << 20) / service.streamThreads();
  }
}
