package dev.molstream.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.molstream.broker.EmbeddedBroker;
import dev.molstream.model.ItemContent;
import dev.molstream.model.RandomBundle;
import dev.molstream.retrieval.MolShape;
import dev.molstream.schemas.Topic;
import dev.molstream.stream.StreamApp;
import dev.molstream.stream.StreamAppConfig;
import dev.molstream.stream.StreamAppMain;
import dev.molstream.updater.IndexUpdater;
import dev.molstream.updater.IndexUpdaterConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two instances of the streaming application with standby replicas, one of which is killed. */
class FailoverTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int TASKS = LivingSystem.TOPICS.partitions(Topic.USER_EVENTS);

  @TempDir Path directory;
  private EmbeddedBroker broker;
  private String bootstrapServers;

  @BeforeEach
  void startBroker() {
    broker = EmbeddedBroker.start(directory.resolve("kafka"), 0);
    bootstrapServers = broker.bootstrapServers();
    writeBundle();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      LivingSystem.TOPICS.create(admin, (short) 1);
    }
    Replay replay = Replay.onto(bootstrapServers, LivingSystem.TOPICS);
    replay.items(LivingSystem.dataset(), Progress.none());
    replay.events(LivingSystem.dataset(), -1, Progress.none());
  }

  @AfterEach
  void stopBroker() {
    broker.close();
  }

  @Test
  void theOtherInstanceAnswersFromTheSameHistoriesWhenOneIsKilled() throws Exception {
    Process killed = startProcess("a");
    try (IndexUpdater _ = IndexUpdater.start(IndexUpdaterConfig.of(settings("updater")));
        StreamApp app = StreamApp.start(StreamAppConfig.of(appSettings("b")));
        RequestClient client = RequestClient.connect(bootstrapServers, LivingSystem.TOPICS)) {
      // given: every task has its state on both instances
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(killed.isAlive()).isTrue();
                assertThat(app.isReady()).isTrue();
                assertThat(tasks("a")).isEqualTo(TASKS);
                assertThat(tasks("b")).isEqualTo(TASKS);
              });
      await()
          .atMost(PATIENCE)
          .until(() -> answers(client).stream().allMatch(answer -> answer.itemIds().size() == 35));
      List<Answer> before = answers(client);

      // when
      killed.destroyForcibly().waitFor();

      // then
      List<Answer> after = answers(client);
      for (int i = 0; i < after.size(); i++) {
        assertThat(after.get(i).itemIds()).isEqualTo(before.get(i).itemIds());
        assertThat(after.get(i).recommendations().getHistoryLength())
            .isEqualTo(before.get(i).recommendations().getHistoryLength())
            .isEqualTo(5);
      }
    } finally {
      killed.destroyForcibly().waitFor();
    }
  }

  private void writeBundle() {
    RandomBundle.write(
        directory.resolve("bundle"),
        "random",
        new MolShape(16, 4, 2, 8, 16, 0.05f),
        LivingSystem.dataset().items().stream().map(ItemContent::itemId).toList(),
        7);
  }

  private static List<Answer> answers(RequestClient client) {
    List<Answer> answers = new ArrayList<>();
    for (int viewer = 1; viewer <= LivingSystem.VIEWERS; viewer++) {
      answers.add(client.ask("u" + viewer, LivingSystem.FILMS, PATIENCE));
    }
    return answers;
  }

  private Process startProcess(String name) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(List.of("@../etc/jvm.options", "-Xmx256m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(StreamAppMain.class.getName());
    appSettings(name).forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
    Path log = directory.resolve(name + ".log");
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private Map<String, String> settings(String name) {
    Map<String, String> settings = new HashMap<>();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("model.bundle", directory.resolve("bundle").toString());
    settings.put("state.dir", directory.resolve(name).toString());
    settings.put("http.port", "0");
    return settings;
  }

  private Map<String, String> appSettings(String name) {
    Map<String, String> settings = settings(name);
    settings.put("kafka.num.standby.replicas", "1");
    settings.put("admission.max.wait.ms", "0");
    // The least that the broker allows: how long the users of the killed instance wait.
    settings.put("kafka.consumer.session.timeout.ms", "6000");
    settings.put("kafka.consumer.heartbeat.interval.ms", "1000");
    return settings;
  }

  /** How many tasks an instance has the state of, its own and standbys. */
  private long tasks(String name) throws IOException {
    Path state = directory.resolve(name).resolve(StreamAppConfig.APPLICATION_ID);
    if (!Files.isDirectory(state)) {
      return 0;
    }
    try (Stream<Path> tasks = Files.list(state)) {
      return tasks.filter(task -> task.getFileName().toString().matches("[0-9]+_[0-9]+")).count();
    }
  }
}
