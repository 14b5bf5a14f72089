package dev.molstream.cli;

import dev.molstream.demo.ApplicationReset;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.stream.StreamAppConfig;
import dev.molstream.updater.IndexUpdaterConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code molstream reset}. */
@Command(
    name = "reset",
    description = {
      "Makes a service forget, so that its next start reads its topics from the beginning:"
          + " stream-app its histories (user-events are read again, answered requests are not"
          + " answered again), index-updater which items it has embedded.",
      "All instances must be stopped. State directories on other machines must be deleted there."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ResetCommand implements Callable<Integer> {
  /** What can be reset. */
  enum Service {
    /** Histories and popularity, from user-events. */
    STREAM_APP(StreamAppConfig.APPLICATION_ID, Topic.USER_EVENTS),
    /** Embeddings, from item-updates; one application per model. */
    INDEX_UPDATER(IndexUpdaterConfig.APPLICATION_ID, Topic.ITEM_UPDATES);

    private final String applicationId;
    private final Topic reread;

    Service(String applicationId, Topic reread) {
      this.applicationId = applicationId;
      this.reread = reread;
    }
  }

  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;
  @Mixin private ClusterOption cluster;

  @Parameters(paramLabel = "SERVICE", description = "stream-app or index-updater.")
  private String service;

  @Option(
      names = "--application-id",
      paramLabel = "ID",
      description =
          "The service's application.id, where it is not the default; without the topic prefix.")
  private @Nullable String applicationId;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description = "The service's state.dir on this machine (default: ${DEFAULT-VALUE}).")
  private Path state = Path.of("work", "state");

  @Option(names = "--dry-run", description = "Says what would be done, and does nothing.")
  private boolean isDryRun;

  @Override
  public Integer call() {
    Service chosen = chosen();
    TopicCatalogue topics = cluster.topics();
    String id = topics.prefix() + (applicationId == null ? chosen.applicationId : applicationId);
    Set<String> reread = Set.of(topics.name(chosen.reread));
    try (Admin admin = cluster.connect()) {
      List<ApplicationReset> resets =
          applications(admin, chosen, id)
              .map(application -> ApplicationReset.of(admin, application, reread, state))
              .toList();
      for (ApplicationReset reset : resets) {
        report(reset);
        if (!isDryRun) {
          reset.carryOut(admin);
        }
      }
      return 0;
    }
  }

  private Service chosen() {
    for (Service each : Service.values()) {
      if (name(each).equals(service)) {
        return each;
      }
    }
    throw new ParameterException(
        spec.commandLine(),
        "\"%s\" is no service, valid are stream-app and index-updater".formatted(service));
  }

  private static String name(Service service) {
    return service.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** index-updater is one application per model. */
  private static Stream<String> applications(Admin admin, Service service, String id) {
    if (service == Service.STREAM_APP) {
      return Stream.of(id);
    }
    try {
      return admin.listGroups().all().get().stream()
          .map(GroupListing::groupId)
          .filter(group -> group.startsWith(id + "-"))
          .sorted();
    } catch (ExecutionException e) {
      throw new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private void report(ApplicationReset reset) {
    if (json.isOn) {
      new JsonLines(spec.commandLine().getOut())
          .print(
              "reset",
              "applicationId",
              reset.applicationId(),
              "done",
              !isDryRun,
              "offsets",
              reset.offsets().size(),
              "topics",
              List.copyOf(reset.topics()),
              "directories",
              reset.directories().stream().map(Path::toString).toList());
      return;
    }
    String verb = isDryRun ? "would delete" : "deletes";
    say("%s: %s %d committed offsets", reset.applicationId(), verb, reset.offsets().size());
    reset.topics().forEach(topic -> say("%s: %s topic %s", reset.applicationId(), verb, topic));
    reset
        .directories()
        .forEach(path -> say("%s: %s directory %s", reset.applicationId(), verb, path));
  }

  private void say(String format, Object... values) {
    spec.commandLine().getOut().println(format.formatted(values));
  }
}
