package dev.molstream.training;

import dev.molstream.model.BundleWriter;
import dev.molstream.model.ModelManifest;
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
  final TrainingSettings settings;
  final TrainingData data;
  private final List<String> itemIds;
  final NetworkInputs inputs;
  final RetrievalNetwork network;
  private final double validationHitRate;

  TrainedModel(
      TrainingSettings settings,
      List<String> itemIds,
      TrainingData data,
      NetworkInputs inputs,
      RetrievalNetwork network,
      double validationHitRate) {
    this.settings = settings;
    this.itemIds = itemIds;
    this.data = data;
    this.inputs = inputs;
    this.network = network;
    this.validationHitRate = validationHitRate;
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
    TowerExport towers = new TowerExport(network.shape(), network.parameters());
    BundleWriter.write(
        directory,
        manifest,
        towers.queryTower(),
        towers.itemTower(settings.features().maxFeatures()),
        towers.gating(),
        itemIds);
  }

  @Override
  public void close() {
    network.close();
  }
}
