package dev.molstream.training;

import dev.molstream.model.BundleWriter;
import dev.molstream.model.ModelBundle;
import dev.molstream.model.ModelManifest;
import dev.molstream.model.TrainedWeights;
import dev.molstream.training.export.TowerExport;
import dev.molstream.training.network.RetrievalNetwork;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What training found. Owns the network's weights; one thread at a time. */
public final class TrainedModel implements AutoCloseable {
  private static final String LEARNED_UNTIL = "learnedUntil";
  private static final String REFIT_EPOCHS = "refitEpochs";

  final TrainingSettings settings;
  final TrainingData data;
  private final List<String> itemIds;
  private final long learnedUntilMillis;
  final NetworkInputs inputs;
  final RetrievalNetwork network;
  private final double validationHitRate;

  TrainedModel(
      TrainingSettings settings,
      List<String> itemIds,
      long learnedUntilMillis,
      TrainingData data,
      NetworkInputs inputs,
      RetrievalNetwork network,
      double validationHitRate) {
    this.settings = settings;
    this.itemIds = itemIds;
    this.learnedUntilMillis = learnedUntilMillis;
    this.data = data;
    this.inputs = inputs;
    this.network = network;
    this.validationHitRate = validationHitRate;
  }

  /**
   * When the newest event happened that a bundle was learned from, milliseconds since 1970.
   *
   * @throws IllegalArgumentException when it came without its weights, which say so
   */
  public static long learnedUntil(ModelBundle bundle) {
    return bundle
        .weights()
        .map(weights -> weights.recipe().get(LEARNED_UNTIL))
        .map(Long::parseLong)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    bundle.directory() + " does not say until when it was learned"));
  }

  /** Whether a bundle has learned from its validation events; false when nothing says so. */
  public static boolean isRefitted(ModelBundle bundle) {
    return bundle
        .weights()
        .map(weights -> weights.recipe().getOrDefault(REFIT_EPOCHS, "0"))
        .filter(epochs -> !epochs.equals("0"))
        .isPresent();
  }

  /** HR@10 of the validation items in the epoch that was kept. */
  public double validationHitRate() {
    return validationHitRate;
  }

  /** A copy of what was learned, for another training to start from. */
  public LearnedWeights weights() {
    return new LearnedWeights(network.parameters().snapshot(), itemIds);
  }

  /**
   * Writes a bundle, as {@link BundleWriter#write} does.
   *
   * @param modelId letters, digits, '.', '_' and '-'
   * @param created when it was trained
   * @param metrics what is known of its quality, beside what training itself measured
   */
  public void export(Path directory, String modelId, Instant created, Map<String, Double> metrics) {
    Map<String, Double> all = new TreeMap<>(metrics);
    all.put("validation.hr@10", validationHitRate);
    ModelManifest manifest =
        new ModelManifest(
            modelId,
            created,
            settings.encoder().name().toLowerCase(Locale.ROOT),
            settings.similarity().name().toLowerCase(Locale.ROOT),
            settings.mol(),
            settings.layers().maxHistory(),
            settings.features(),
            all);
    TowerExport towers =
        new TowerExport(network.shape(), network.parameters(), inputs.trainedUserRows());
    BundleWriter.write(
        directory,
        manifest,
        towers.queryTower(),
        towers.itemTower(settings.features().maxFeatures()),
        towers.gating(),
        itemIds,
        new TrainedWeights(
            recipe(), network.parameters().snapshot(), network.parameters().shapes()));
  }

  /** What {@link TrainingSettings#withNetworkOf} and {@link #learnedUntil} read. */
  private Map<String, String> recipe() {
    Map<String, String> recipe = new TreeMap<>(settings.toRecipe());
    recipe.put(LEARNED_UNTIL, Long.toString(learnedUntilMillis));
    recipe.put(REFIT_EPOCHS, Integer.toString(settings.schedule().refitEpochs()));
    return recipe;
  }

  @Override
  public void close() {
    network.close();
  }
}
