package dev.molstream.cli;

import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.TopicState;
import java.io.PrintWriter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code molstream topics create|describe}. */
@Command(
    name = "topics",
    description = "Creates and describes Molstream's topics.",
    subcommands = {TopicsCommand.Create.class, TopicsCommand.Describe.class},
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the specs
final class TopicsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "no subcommand, valid are create and describe");
  }

  /** Creates what is missing and leaves the rest alone. */
  @Command(
      name = "create",
      description = "Creates the topics that do not exist yet; the others stay as they are.",
      mixinStandardHelpOptions = true)
  static final class Create implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private JsonOption json;
    @Mixin private ClusterOption cluster;

    @Option(
        names = "--event-partitions",
        paramLabel = "N",
        description = "Partitions of the topics keyed by user (default: ${DEFAULT-VALUE}).")
    private int eventPartitions = 6;

    @Option(
        names = "--catalogue-partitions",
        paramLabel = "N",
        description = "Partitions of the topics keyed by item (default: ${DEFAULT-VALUE}).")
    private int cataloguePartitions = 6;

    @Option(
        names = "--replication-factor",
        paramLabel = "N",
        description = "Replicas of each partition (default: the broker's).")
    private short replicationFactor = -1;

    @Override
    public Integer call() {
      TopicCatalogue topics;
      try {
        topics = cluster.topics().withPartitions(eventPartitions, cataloguePartitions);
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
      }
      try (Admin admin = cluster.connect()) {
        Set<String> created = new HashSet<>(topics.create(admin, replicationFactor));
        print(spec, json, topics.describe(admin), created);
        return 0;
      } catch (IllegalStateException e) {
        // The cluster has such topics already, and they do not fit.
        spec.commandLine().getErr().println("molstream: " + e.getMessage());
        return 1;
      }
    }
  }

  /** Says what the cluster has. */
  @Command(
      name = "describe",
      description = "Shows the topics as the cluster has them; exit status 1 when one is missing.",
      mixinStandardHelpOptions = true)
  static final class Describe implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private JsonOption json;
    @Mixin private ClusterOption cluster;

    @Override
    public Integer call() {
      TopicCatalogue topics = cluster.topics();
      try (Admin admin = cluster.connect()) {
        List<TopicState> states = topics.describe(admin);
        print(spec, json, states, Set.of());
        return states.stream().allMatch(TopicState::exists) ? 0 : 1;
      }
    }
  }

  private static void print(
      CommandSpec spec, JsonOption json, List<TopicState> states, Set<String> created) {
    PrintWriter out = spec.commandLine().getOut();
    for (TopicState state : states) {
      if (json.isOn) {
        new JsonLines(out)
            .print(
                "topic",
                "name",
                state.name(),
                "exists",
                state.exists(),
                "created",
                created.contains(state.name()),
                "partitions",
                state.partitions(),
                "replicationFactor",
                state.replicationFactor(),
                "cleanupPolicy",
                state.cleanupPolicy());
      } else if (state.exists()) {
        out.printf(
            "%-32s %3d partitions, %d replicas, %-7s %s%n",
            state.name(),
            state.partitions(),
            state.replicationFactor(),
            state.cleanupPolicy(),
            created.contains(state.name()) ? "(created)" : "");
      } else {
        out.printf("%-32s missing%n", state.name());
      }
    }
  }
}
