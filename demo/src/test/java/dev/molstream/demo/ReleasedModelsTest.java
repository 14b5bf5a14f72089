package dev.molstream.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.molstream.broker.EmbeddedBroker;
import dev.molstream.model.ItemContent;
import dev.molstream.model.ModelBundle;
import dev.molstream.model.RandomBundle;
import dev.molstream.retrieval.MolShape;
import dev.molstream.schemas.BundleFileEntry;
import dev.molstream.schemas.ModelRelease;
import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.schemas.ReleaseState;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.service.release.ReleaseWriter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that come and go on a running system: released, compared, rolled back, retired. */
class ReleasedModelsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final TopicCatalogue TOPICS = TopicCatalogue.of("");
  private static final String APP = "molstream-stream-app";

  @TempDir Path directory;
  private Instant now = Instant.parse("2026-11-28T12:00:00Z");
  private EmbeddedBroker broker;
  private LiveServices services;
  private Releases releases;

  @BeforeEach
  void start() {
    broker = EmbeddedBroker.start(directory.resolve("kafka"), 0);
    services = startServices();
    InstantSource clock =
        () -> {
          now = now.plusSeconds(1);
          return now;
        };
    releases = Releases.connect(broker.bootstrapServers(), TOPICS, Releases.INDEX_UPDATER, clock);
    Replay replay = Replay.onto(broker.bootstrapServers(), TOPICS);
    replay.items(LivingSystem.dataset(), Progress.none());
    replay.events(LivingSystem.dataset(), -1, Progress.none());
  }

  @AfterEach
  void stop() {
    releases.close();
    services.close();
    broker.close();
  }

  @Test
  void modelsAreReleasedComparedRolledBackAndRetired() throws Exception {
    // A first model answers everybody, and names no variant.
    release("a", 1);
    services.awaitReady();
    services.awaitEvents(Progress.none());
    try (RequestClient client = RequestClient.connect(broker.bootstrapServers(), TOPICS)) {
      assertThat(answering(client)).isEqualTo(Map.of("a", Optional.empty()));

      // A second one takes half of the users, always the same.
      release("b", 0.5);
      await().atMost(PATIENCE).until(() -> answering(client).size() == 2);
      assertThat(answering(client)).isEqualTo(Map.of("a", Optional.of("a"), "b", Optional.of("b")));
      Set<String> usersOfB = usersOf(client, "b");
      assertThat(usersOfB).isNotEmpty().isEqualTo(usersOf(client, "b"));

      // A release whose bundle is nowhere stops nothing, and is said to be refused.
      writeBrokenRelease();
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(get(services.appUrl(), "/health/ready"))
                      .contains("\"status\":\"up\"", "'broken'", "chunk 0 is missing"));
      assertThat(answering(client).keySet()).containsExactlyInAnyOrder("a", "b");
      releases.retire(demoted("broken"));

      // Back to the first.
      releases.rollBack(Optional.empty());
      await().atMost(PATIENCE).until(() -> answering(client).size() == 1);
      assertThat(answering(client)).isEqualTo(Map.of("a", Optional.empty()));

      // Nothing is left of a model that is retired.
      assertThat(liveEmbeddings("b")).hasSize(LivingSystem.FILMS);
      assertThatThrownBy(() -> releases.retire("a"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("model a is live");
      releases.retire("b");
      await()
          .atMost(PATIENCE)
          .until(
              () -> releases.list().stream().map(row -> row.release().getModelId()).toList(),
              List.of("a")::equals);
      assertThat(liveEmbeddings("b")).isEmpty();
      assertThat(liveEmbeddings("a")).hasSize(LivingSystem.FILMS);
      assertThat(groups()).doesNotContain("molstream-index-updater-b");
      assertThat(directory.resolve("state/models/b")).doesNotExist();
      await()
          .atMost(PATIENCE)
          .until(() -> !Files.exists(directory.resolve("state/molstream-stream-app-index-b")));
      assertThatThrownBy(() -> releases.rollBack(Optional.empty()))
          .isInstanceOf(NothingToRollBackException.class)
          .hasMessageContaining("no model answered before a");
      assertThat(answering(client).keySet()).containsExactly("a");
    }

    // A restart goes on with the copy it has verified.
    Object copied = Files.getLastModifiedTime(directory.resolve("state/models/a/model.json"));
    services.close();
    services = startServices();
    services.awaitReady();
    try (RequestClient client = RequestClient.connect(broker.bootstrapServers(), TOPICS)) {
      assertThat(answering(client).keySet()).containsExactly("a");
    }
    assertThat(Files.getLastModifiedTime(directory.resolve("state/models/a/model.json")))
        .isEqualTo(copied);
  }

  @Test
  void aShardedCatalogueFollowsThemAndKeepsNothingOfThoseThatAreRetired() throws Exception {
    services.close();
    services =
        LiveServices.following(
            broker.bootstrapServers(),
            TOPICS,
            directory.resolve("state"),
            Map.of("catalogue.mode", "sharded", "shard.gather.max.ms", "10000"));
    release("a", 1);
    services.awaitReady();
    services.awaitEvents(Progress.none());
    try (RequestClient client = RequestClient.connect(broker.bootstrapServers(), TOPICS)) {
      assertThat(answering(client).keySet()).containsExactly("a");

      release("b", 1);
      await().atMost(PATIENCE).until(() -> answering(client).keySet(), Set.of("b")::equals);
      assertThat(client.ask("u1", 3, PATIENCE).recommendations().getStatus())
          .isEqualTo(RecommendationStatus.OK);
      assertThat(groups()).contains(APP + "-shards-a", APP + "-shards-b");

      releases.retire("a");
      await().atMost(PATIENCE).until(() -> groups().contains(APP + "-shards-a"), gone -> !gone);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(directory.resolve("state/" + APP + "-facts-a")).doesNotExist();
                assertThat(directory.resolve("state/" + APP + "-shards-a")).doesNotExist();
              });
      assertThat(directory.resolve("state/" + APP + "-shards-b")).exists();
      assertThat(answering(client).keySet()).containsExactly("b");
    }
  }

  private void release(String modelId, double share) {
    Path folder = directory.resolve("bundle-" + modelId);
    RandomBundle.write(
        folder,
        modelId,
        new MolShape(16, 4, 2, 8, 16, 0.05f),
        LivingSystem.films().stream().map(ItemContent::itemId).toList(),
        modelId.hashCode());
    releases.stage(ModelBundle.read(folder), Progress.none());
    releases.awaitEmbedded(modelId, Progress.none());
    releases.goLive(modelId, share);
  }

  private void writeBrokenRelease() {
    ModelRelease a =
        releases.list().stream()
            .map(Releases.Row::release)
            .filter(release -> release.getModelId().equals("a"))
            .findFirst()
            .orElseThrow();
    write(
        ModelRelease.newBuilder(a)
            .setModelId("broken")
            .setBundleFiles(List.of(new BundleFileEntry("model.json", 10L, 1, "0")))
            .setTrafficShare(0)
            .build());
  }

  private String demoted(String modelId) {
    ModelRelease release =
        releases.list().stream()
            .map(Releases.Row::release)
            .filter(known -> known.getModelId().equals(modelId))
            .findFirst()
            .orElseThrow();
    write(ModelRelease.newBuilder(release).setState(ReleaseState.STAGED).build());
    return modelId;
  }

  private void write(ModelRelease release) {
    try (ReleaseWriter writer =
        ReleaseWriter.connect(Map.of("bootstrap.servers", broker.bootstrapServers()), TOPICS)) {
      writer.write(List.of(release));
    }
  }

  /** Which models answer, and the variant their answers name. */
  private static Map<String, Optional<String>> answering(RequestClient client) {
    Map<String, Optional<String>> models = new HashMap<>();
    for (String user : users()) {
      var answer = client.ask(user, 3, PATIENCE).recommendations();
      models.put(String.valueOf(answer.getModelId()), Optional.ofNullable(answer.getVariant()));
    }
    return models;
  }

  private static Set<String> usersOf(RequestClient client, String modelId) {
    Set<String> users = new HashSet<>();
    for (String user : users()) {
      if (modelId.equals(client.ask(user, 3, PATIENCE).recommendations().getModelId())) {
        users.add(user);
      }
    }
    return users;
  }

  private static List<String> users() {
    return IntStream.rangeClosed(1, LivingSystem.VIEWERS).mapToObj(i -> "u" + i).toList();
  }

  private Set<String> liveEmbeddings(String modelId) {
    Set<String> keys = new HashSet<>();
    for (var record :
        LivingSystem.read(broker.bootstrapServers(), TOPICS.name(Topic.ITEM_EMBEDDINGS))) {
      String key = new String(record.key(), UTF_8);
      if (!key.startsWith(modelId + "/")) {
        continue;
      }
      if (record.value() == null) {
        keys.remove(key);
      } else {
        keys.add(key);
      }
    }
    return keys;
  }

  private List<String> groups() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      return admin.listGroups().all().get().stream().map(GroupListing::groupId).toList();
    }
  }

  private LiveServices startServices() {
    return LiveServices.following(broker.bootstrapServers(), TOPICS, directory.resolve("state"));
  }

  private static String get(URI service, String path) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(HttpRequest.newBuilder(service.resolve(path)).build(), BodyHandlers.ofString())
          .body();
    }
  }
}
