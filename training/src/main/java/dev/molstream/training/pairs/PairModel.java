package dev.molstream.training.pairs;

import dev.molstream.model.BundleWriter;
import dev.molstream.model.FeatureSpec;
import dev.molstream.model.ModelManifest;
import dev.molstream.retrieval.MolShape;
import dev.molstream.training.export.TowerExport;
import dev.molstream.training.network.PairNetwork;
import java.nio.file.Path;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/** What was learned from pairs. Owns the network's weights; one thread at a time. */
public final class PairModel implements AutoCloseable {
  private static final int MAX_HISTORY = 16;

  // Items are known by their content embedding alone: the least that a bundle may say of the rest.
  private static final int HASH_BUCKETS = 2;
  private static final int MAX_FEATURES = 1;

  private final PairNetwork network;

  PairModel(PairNetwork network) {
    this.network = network;
  }

  /**
   * Writes a bundle, as {@link BundleWriter#write} does. Its items come with content embeddings of
   * D numbers and its queries as the encoder's output; a user's history is encoded as the mean of
   * its items.
   *
   * @param modelId letters, digits, '.', '_' and '-'
   * @param encoder what made the vectors; the same characters
   * @param itemIds the items that were learned from
   */
  public void export(
      Path directory, String modelId, String encoder, Instant created, List<String> itemIds) {
    MolShape mol = network.shape().mol();
    TowerExport towers = new TowerExport(network.shape(), network.parameters(), new BitSet());
    BundleWriter.write(
        directory,
        new ModelManifest(
            modelId,
            created,
            encoder,
            "mol",
            mol,
            MAX_HISTORY,
            new FeatureSpec(HASH_BUCKETS, MAX_FEATURES, mol.baseDimension()),
            Map.of()),
        towers.averagingQueryTower(),
        towers.contentItemTower(),
        towers.gating(),
        itemIds);
  }

  @Override
  public void close() {
    network.close();
  }
}
