package dev.molstream.service.release;

import static dev.molstream.service.release.ReleaseRecords.MODELS;
import static dev.molstream.service.release.ReleaseRecords.record;
import static dev.molstream.service.release.ReleaseRecords.release;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.molstream.schemas.ModelRelease;
import dev.molstream.schemas.ReleaseState;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.service.MolstreamMetric;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ModelFollowerTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final MockConsumer<byte[], byte[]> consumer = ReleaseRecords.consumer(MODELS);
  private final Host host = new Host();
  private ModelFollower<String> follower;
  private long end;

  @BeforeEach
  void start() {
    follower =
        ModelFollower.of(
            ReleaseReader.of(consumer, TopicCatalogue.of("")),
            new BundleStore(
                Path.of("unused"),
                TopicCatalogue.of(""),
                () -> {
                  throw new AssertionError("no bundle lies in the topic");
                }),
            host,
            registry);
    follower.start();
  }

  @AfterEach
  void stop() {
    follower.close();
  }

  @Test
  void opensWhatIsStagedOrLiveAndClosesWhatIsRetired() {
    put("a", ReleaseState.LIVE);
    put("b", ReleaseState.STAGED);
    awaitModels(Map.of("a", ReleaseState.LIVE, "b", ReleaseState.STAGED));

    put("b", ReleaseState.RETIRED);

    awaitModels(Map.of("a", ReleaseState.LIVE));
    await().untilAsserted(() -> assertThat(host.done).contains("close b", "retired b"));
    assertThat(follower.hasRead()).isTrue();
  }

  @Test
  void closesWhatIsRetiredAndForgottenBeforeItWasSeen() {
    put("a", ReleaseState.STAGED);
    awaitModels(Map.of("a", ReleaseState.STAGED));

    delete("a");

    awaitModels(Map.of());
    assertThat(host.done).contains("close a");
  }

  @Test
  void aBrokenReleaseStopsNothingAndIsSaidToBeBroken() {
    put("a", ReleaseState.LIVE);
    awaitModels(Map.of("a", ReleaseState.LIVE));

    put("broken", ReleaseState.LIVE);

    await()
        .untilAsserted(
            () ->
                assertThat(follower.warnings())
                    .containsExactly("model 'broken': so the bundle says"));
    assertThat(MolstreamMetric.RELEASES_REFUSED.prometheusName()).isNotBlank();
    assertThat(registry.get("molstream.releases.refused").gauge().value()).isEqualTo(1);
    assertThat(host.models()).isEqualTo(Map.of("a", ReleaseState.LIVE));
    assertThat(follower.broken()).isEmpty();

    delete("broken");
    await().untilAsserted(() -> assertThat(follower.warnings()).isEmpty());
  }

  @Test
  void aModelThatFailsIsDroppedUnlessItIsNeeded() {
    put("a", ReleaseState.LIVE);
    put("b", ReleaseState.STAGED);
    awaitModels(Map.of("a", ReleaseState.LIVE, "b", ReleaseState.STAGED));
    host.needed.add("a");

    host.failures.put("b", "its feed stopped");

    await()
        .untilAsserted(
            () -> assertThat(follower.warnings()).containsExactly("model 'b': its feed stopped"));
    assertThat(follower.ended()).isNotDone();

    host.failures.put("a", "its feed stopped too");

    await().untilAsserted(() -> assertThat(follower.ended()).isCompletedWithValue(false));
    assertThat(follower.broken()).containsExactly("its feed stopped too");
  }

  @Test
  void aRetiredModelThatIsNeededStaysUntilItIsNot() {
    put("a", ReleaseState.LIVE);
    awaitModels(Map.of("a", ReleaseState.LIVE));
    host.needed.add("a");

    put("a", ReleaseState.RETIRED);

    awaitModels(Map.of("a", ReleaseState.RETIRED));
    await()
        .untilAsserted(
            () ->
                assertThat(follower.warnings())
                    .containsExactly("model 'a': is retired, and nothing can take its place yet"));
    host.needed.clear();
    awaitModels(Map.of());
    await().untilAsserted(() -> assertThat(follower.warnings()).isEmpty());
  }

  @Test
  void otherContentsUnderTheSameIdAreRefused() {
    put("a", ReleaseState.LIVE);
    awaitModels(Map.of("a", ReleaseState.LIVE));

    put(
        ModelRelease.newBuilder(local("a", ReleaseState.LIVE))
            .setSha256("of something else")
            .build());

    await()
        .untilAsserted(
            () ->
                assertThat(follower.warnings())
                    .singleElement()
                    .asString()
                    .contains("other contents under the same id"));
    assertThat(host.done).containsExactly("open a");
  }

  private void awaitModels(Map<String, ReleaseState> expected) {
    await().untilAsserted(() -> assertThat(host.models()).isEqualTo(expected));
  }

  private void put(String modelId, ReleaseState state) {
    put(local(modelId, state));
  }

  private static ModelRelease local(String modelId, ReleaseState state) {
    return ModelRelease.newBuilder(release(modelId, state)).setLocation("folder").build();
  }

  private void put(ModelRelease release) {
    consumer.schedulePollTask(
        () -> {
          consumer.addRecord(record(end++, release));
          consumer.updateEndOffsets(Map.of(MODELS, end));
        });
  }

  private void delete(String modelId) {
    consumer.schedulePollTask(
        () -> {
          consumer.addRecord(record(MODELS, end++, modelId, null));
          consumer.updateEndOffsets(Map.of(MODELS, end));
        });
  }

  private static final class Host implements ModelHost<String> {
    final List<String> done = new CopyOnWriteArrayList<>();
    final Map<String, String> failures = new ConcurrentHashMap<>();
    final Set<String> needed = ConcurrentHashMap.newKeySet();
    private volatile Map<String, Hosted<String>> current = Map.of();

    Map<String, ReleaseState> models() {
      Map<String, ReleaseState> states = new TreeMap<>();
      current.forEach((modelId, hosted) -> states.put(modelId, hosted.release().getState()));
      return states;
    }

    @Override
    public String open(Path bundle, ModelRelease release) {
      if (release.getModelId().equals("broken")) {
        throw new IllegalStateException("so the bundle says");
      }
      done.add("open " + release.getModelId());
      return release.getModelId();
    }

    @Override
    public void update(Map<String, Hosted<String>> models) {
      current = models;
    }

    @Override
    public @Nullable String failure(String model) {
      return failures.get(model);
    }

    @Override
    public boolean needs(String model) {
      return needed.contains(model);
    }

    @Override
    public void close(String model) {
      done.add("close " + model);
    }

    @Override
    public void retired(ModelRelease release) {
      done.add("retired " + release.getModelId());
    }
  }
}
