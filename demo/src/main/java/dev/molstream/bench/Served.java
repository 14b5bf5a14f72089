package dev.molstream.bench;

import dev.molstream.demo.Learning;
import dev.molstream.demo.Progress;
import dev.molstream.demo.Replay;
import dev.molstream.demo.Running;
import dev.molstream.demo.TemporaryDirectory;
import dev.molstream.model.ModelBundle;
import dev.molstream.model.ModelManifest;
import dev.molstream.training.TrainingData;
import dev.molstream.training.TrainingSettings;
import dev.molstream.training.evaluation.ColdItems;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A data set, served: an installation whose items are indexed and whose users have their histories.
 * One thread.
 */
public final class Served {
  // A million events are read sooner with fewer commits.
  private static final int CATCHING_UP_COMMIT_MILLIS = 1000;
  private static final Duration TRAINING = Duration.ofSeconds(75);

  private final ServedSettings settings;
  private final List<String> users;
  private final ModelManifest model;
  private final Installation installation;
  private int commitIntervalMillis = CATCHING_UP_COMMIT_MILLIS;

  private Served(
      ServedSettings settings, List<String> users, ModelManifest model, Installation installation) {
    this.settings = settings;
    this.users = users;
    this.model = model;
    this.installation = installation;
  }

  /**
   * Starts everything and puts the data set onto the topics; returns when it is in the index and in
   * the histories.
   *
   * @param running what is started is added to it, and runs until that is closed
   */
  public static Served start(ServedSettings settings, Running running, Progress progress) {
    Path work = running.add(TemporaryDirectory.create()).path();
    TrainingData data = settings.dataset().toTrainingData();
    Path bundle = settings.bundle();
    if (bundle == null) {
      bundle = work.resolve("bundle");
      Learning.from(data, settings.dataset().split(data), progress, InstantSource.system())
          .train(
              TrainingSettings.quick(data).withTimeBudget(TRAINING),
              settings.dataset().name(),
              bundle,
              ColdItems.none());
    }
    ModelManifest model = ModelBundle.read(bundle).manifest();
    List<String> users = IntStream.range(0, data.userCount()).mapToObj(data::userId).toList();
    Installation installation = Installation.start(running, work, bundle, settings.appFlags());
    installation.startUpdater();
    installation.startApp(settings.app(CATCHING_UP_COMMIT_MILLIS));
    Replay replay = Replay.onto(installation.bootstrapServers(), installation.topics());
    long items = replay.items(settings.dataset(), progress);
    replay.events(settings.dataset(), data.eventCount(), progress);
    installation.awaitItems(items, progress);
    installation.awaitEvents(progress);
    return new Served(settings, users, model, installation);
  }

  /**
   * Sees to it that the stream-app commits so often: starts it again unless it does already.
   *
   * @param millis 0 for the stream-app's own default
   */
  void commitEvery(int millis) {
    if (commitIntervalMillis != millis) {
      installation.stopApp();
      installation.startApp(settings.app(millis));
      commitIntervalMillis = millis;
    }
  }

  ServedSettings settings() {
    return settings;
  }

  /** The data set's users. */
  public List<String> users() {
    return users;
  }

  ModelManifest model() {
    return model;
  }

  Installation installation() {
    return installation;
  }
}
