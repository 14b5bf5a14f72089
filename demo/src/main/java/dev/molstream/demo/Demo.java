package dev.molstream.demo;

import dev.molstream.broker.EmbeddedBroker;
import dev.molstream.dataset.Dataset;
import dev.molstream.model.ModelBundle;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.training.TrainingData;
import dev.molstream.training.TrainingSettings;
import dev.molstream.training.evaluation.ColdItems;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The whole system in one process, from a data set to answers: reads it, learns from it, starts a
 * broker and the services, replays everything, and then plays the scenes. One thread; the audience
 * hears of each scene on it.
 */
public final class Demo {
  private static final TopicCatalogue TOPICS = TopicCatalogue.of("");
  private static final long SEED = 2026;
  private static final int LISTS = 3;
  private static final int TRIES = 10;
  // So that the built-in data set takes three minutes in all, also on two slow cores.
  private static final long SMALL_EVENTS = 150_000;
  private static final Duration SMALL_BUDGET = Duration.ofSeconds(75);
  private static final Duration ARRIVAL_PATIENCE = Duration.ofSeconds(3);

  private final DemoSettings settings;
  private final Audience audience;
  private final InstantSource clock;
  private final Running running;
  private final RandomGenerator random = new SplittableRandom(SEED);

  private Demo(DemoSettings settings, Audience audience, InstantSource clock, Running running) {
    this.settings = settings;
    this.audience = audience;
    this.clock = clock;
    this.running = running;
  }

  /**
   * What is left running.
   *
   * @param allShown whether every request was answered once and every scene came off
   */
  public record Outcome(EmbeddedBroker broker, LiveServices services, boolean allShown) {}

  /**
   * Plays the demo.
   *
   * @param running what the demo starts is added to it, and runs on until the caller closes it
   */
  public static Outcome play(
      DemoSettings settings, Audience audience, InstantSource clock, Running running) {
    return new Demo(settings, audience, clock, running).play();
  }

  private Outcome play() {
    Path work = running.add(TemporaryDirectory.create()).path();
    TrainingData data = settings.dataset().toTrainingData();
    audience.watch(
        new Scene.DataRead(
            settings.dataset().name(), data.itemCount(), data.userCount(), data.eventCount()));
    Path bundle = settings.bundle() == null ? work.resolve("bundle") : settings.bundle();
    Learning.Result model = learn(data, bundle);
    audience.watch(
        new Scene.ModelReady(
            model.manifest(),
            model.evaluation().all().model(),
            model.evaluation().all().popularity(),
            model.trained()));

    EmbeddedBroker broker =
        running.add(EmbeddedBroker.start(work.resolve("broker"), settings.port()));
    LiveServices services =
        running.add(
            LiveServices.start(broker.bootstrapServers(), TOPICS, bundle, work.resolve("state")));
    Scene.CaughtUp caughtUp = replay(broker, services, data);
    audience.watch(caughtUp);

    boolean scenes = playScenes(broker, data);
    RequestLoad load =
        RequestLoad.run(
            broker.bootstrapServers(),
            TOPICS,
            data,
            settings.requests(),
            random,
            audience.progress());
    audience.watch(
        new Scene.Summary(
            caughtUp.items(),
            caughtUp.events(),
            load.requests(),
            load.answers(),
            load.ok(),
            load.duplicates(),
            load.latency(),
            load.stages(),
            model.manifest().modelId()));
    boolean answeredOnce = load.answers() == settings.requests() && load.duplicates() == 0;
    return new Outcome(broker, services, scenes && answeredOnce);
  }

  private Learning.Result learn(TrainingData data, Path bundle) {
    Dataset dataset = settings.dataset();
    Learning learning = Learning.from(data, dataset.split(data), audience.progress(), clock);
    return settings.bundle() == null
        ? learning.train(recipe(data), dataset.name(), bundle, ColdItems.none())
        : learning.evaluate(ModelBundle.read(bundle));
  }

  private static TrainingSettings recipe(TrainingData data) {
    TrainingSettings recipe = TrainingSettings.quick(data);
    return data.eventCount() > SMALL_EVENTS ? recipe : recipe.withTimeBudget(SMALL_BUDGET);
  }

  private Scene.CaughtUp replay(EmbeddedBroker broker, LiveServices services, TrainingData data) {
    Replay replay = Replay.onto(broker.bootstrapServers(), TOPICS);
    long started = System.nanoTime();
    long items = replay.items(settings.dataset(), audience.progress());
    long events = replay.events(settings.dataset(), data.eventCount(), audience.progress());
    long replayed = System.nanoTime();
    services.awaitItems(items, audience.progress());
    services.awaitEvents(audience.progress());
    return new Scene.CaughtUp(
        items,
        events,
        Duration.ofNanos(replayed - started),
        Duration.ofNanos(System.nanoTime() - replayed));
  }

  private boolean playScenes(EmbeddedBroker broker, TrainingData data) {
    try (Stage stage = new Stage(broker.bootstrapServers(), TOPICS, data, clock)) {
      for (int i = 0; i < LISTS; i++) {
        audience.watch(stage.recommend(someone(data)));
      }
      Scene.Reaction reaction = stage.click(someone(data));
      audience.watch(reaction);
      Scene.Arrival arrival = arrival(stage, data);
      if (arrival == null) {
        return false;
      }
      audience.watch(arrival);
      audience.watch(stage.depart(arrival));
      return reaction.changed();
    }
  }

  /**
   * A new film is a matter of taste: when one viewer is not shown it, another with another film.
   */
  private Scene.@Nullable Arrival arrival(Stage stage, TrainingData data) {
    for (int i = 0; i < TRIES; i++) {
      Scene.Arrival arrival = stage.arrive(someone(data), ARRIVAL_PATIENCE);
      if (arrival != null) {
        return arrival;
      }
    }
    return null;
  }

  private int someone(TrainingData data) {
    return random.nextInt(data.userCount());
  }
}
