package dev.molstream.cli;

import dev.molstream.load.Load;
import dev.molstream.load.LoadClient;
import dev.molstream.load.LoadResult;
import dev.molstream.load.Schedule;
import dev.molstream.training.TrainingData;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.kafka.common.IsolationLevel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code molstream load}. */
@Command(
    name = "load",
    description = {
      "Sends requests at a fixed rate, whatever becomes of them, and says how long answers take.",
      "Latency counts from when a request was due, so that stalls are not left out. Exit status 1"
          + " when a request was not answered or answered twice."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class LoadCommand implements Callable<Integer> {
  private static final int MOST_SECONDS = 24 * 60 * 60;

  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;
  @Mixin private DataOption data;
  @Mixin private ClusterOption cluster;

  @Option(names = "--rate", paramLabel = "R", required = true, description = "Requests per second.")
  private int rate;

  @Option(
      names = "--duration",
      paramLabel = "S",
      required = true,
      description = "Seconds to measure.")
  private int seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      description = "Seconds of the same load before that, uncounted (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--k",
      paramLabel = "K",
      description = "Items each request asks for (default: ${DEFAULT-VALUE}).")
  private int k = 10;

  @Option(
      names = "--users",
      paramLabel = "FILE",
      description = "Ids to draw users from, one a line (default: the users of the data set).")
  private @Nullable Path users;

  @Option(
      names = "--deadline",
      paramLabel = "MS",
      description = "Requests expire so many milliseconds after they were due (default: never).")
  private @Nullable Integer deadlineMillis;

  @Option(
      names = "--read-committed",
      description = "Count answers when their transaction has committed, as exactly_once_v2 needs.")
  private boolean readCommitted;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the choice of users (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Override
  public Integer call() {
    Range.require(spec, "--rate", rate, 1, Schedule.MOST_PER_SECOND);
    Range.require(spec, "--duration", seconds, 1, MOST_SECONDS);
    Range.require(spec, "--warm-up", warmUp, 0, MOST_SECONDS);
    Range.require(spec, "--k", k, 1, 1000);
    if (deadlineMillis != null) {
      Range.require(spec, "--deadline", deadlineMillis, 1, MOST_SECONDS * 1000L);
    }
    Load load =
        new Load(
            schedule(seconds),
            userIds(),
            k,
            deadlineMillis == null ? null : Duration.ofMillis(deadlineMillis),
            seed);
    cluster.requireTopics();
    IsolationLevel isolation =
        readCommitted ? IsolationLevel.READ_COMMITTED : IsolationLevel.READ_UNCOMMITTED;
    try (LoadClient client =
        LoadClient.connect(cluster.bootstrapServers(), cluster.topics(), isolation)) {
      if (warmUp > 0) {
        client.run(load.at(schedule(warmUp)));
      }
      LoadResult result = client.run(load);
      if (json.isOn) {
        new JsonLines(spec.commandLine().getOut()).print("load", result.figures());
      } else {
        print(result, spec.commandLine().getOut());
      }
      return result.isAnsweredOnce() ? 0 : 1;
    }
  }

  private Schedule schedule(int length) {
    try {
      return new Schedule(rate, Duration.ofSeconds(length));
    } catch (IllegalArgumentException e) {
      throw invalid("--rate " + rate + " for " + length + " s: " + e.getMessage());
    }
  }

  private List<String> userIds() {
    if (users == null) {
      TrainingData read = data.open().toTrainingData();
      return IntStream.range(0, read.userCount()).mapToObj(read::userId).toList();
    }
    try {
      List<String> ids = Files.readAllLines(users).stream().filter(id -> !id.isBlank()).toList();
      if (ids.isEmpty()) {
        throw invalid("--users " + users + " is empty, valid is a file of user ids, one a line");
      }
      return ids;
    } catch (IOException e) {
      throw invalid(
          "--users " + users + " cannot be read, valid is a file of user ids, one a line");
    }
  }

  private ParameterException invalid(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private static void print(LoadResult result, PrintWriter out) {
    out.printf(
        "%,d requests: %,d answered, %,d lost, %,d refused by the broker, %,d answered twice.%n",
        result.requests(), result.answered(), result.lost(), result.refused(), result.duplicated());
    result.statuses().forEach((status, count) -> out.printf("%,14d %s%n", count, status));
    out.printf("%n  from due to answer   half       90 %%       99 %%     99.9 %%      worst%n");
    out.printf(
        "                %11.1f%11.1f%11.1f%11.1f%11.1f ms%n",
        result.millis(50),
        result.millis(90),
        result.millis(99),
        result.millis(99.9),
        result.millis(100));
    if (!Double.isNaN(result.stages().search())) {
      out.printf(
          "  of which, on average: history %.2f, query tower %.2f, search %.2f ms%n",
          result.stages().history() / 1e3,
          result.stages().encode() / 1e3,
          result.stages().search() / 1e3);
    }
    out.printf(
        "  99 %% were sent within %.1f ms of when they were due%n",
        result.lateness().getValueAtPercentile(99) / 1e3);
  }
}
