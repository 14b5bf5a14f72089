package dev.molstream.model;

import dev.molstream.model.encoder.HstuEncoder;
import dev.molstream.retrieval.GatingNetwork;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A verified bundle on disk. Immutable; any thread. Holds no native memory: towers do, until they
 * are closed.
 *
 * <pre>{@code
 * ModelBundle bundle = ModelBundle.read(Path.of("bundle"));
 * try (ItemTower tower = bundle.openItemTower()) {
 *   List<ItemVectors> vectors = tower.embed(items);
 * }
 * }</pre>
 */
public final class ModelBundle {
  private static final long PROBE_BYTES = 64L << 20;

  private final BundleFolder folder;
  private final ManifestFile manifest;
  private final String sha256;
  private final GatingNetwork gating;
  private final List<String> trainedItemIds;
  private final ItemFeatureEncoder encoder;
  // Of the weights only these: the tables of ids would be many times that.
  private final @Nullable TrainedWeights encoderWeights;

  private ModelBundle(BundleFolder folder) {
    this.folder = folder;
    byte[] manifestBytes = folder.manifest();
    manifest = folder.naming(BundleFile.MANIFEST, () -> ManifestFile.parse(manifestBytes));
    sha256 = BundleFolder.sha256(ByteBuffer.wrap(manifestBytes));
    trainedItemIds =
        folder.parse(BundleFile.ITEM_IDS, digest(BundleFile.ITEM_IDS), ItemIdFile::parse);
    gating =
        folder.parse(
            BundleFile.GATING,
            digest(BundleFile.GATING),
            bytes -> GatingFile.parse(bytes, manifest().shape()));
    encoderWeights = weights(HstuEncoder.TENSORS).orElse(null);
    encoder = ItemFeatureEncoder.of(manifest().features(), trainedItemIds);
  }

  /**
   * Reads and verifies a bundle: every file's SHA-256, every shape, and what both towers give for
   * the ends of what they may be asked.
   *
   * @throws InvalidBundleException naming what is wrong
   */
  public static ModelBundle read(Path directory) {
    ModelBundle bundle = new ModelBundle(new BundleFolder(directory));
    bundle.probeTowers();
    return bundle;
  }

  /**
   * Reads and verifies a bundle that must be a certain one.
   *
   * @param modelId the id it must have
   * @param sha256 the {@link #sha256} it must have
   * @throws InvalidBundleException naming what is wrong
   */
  public static ModelBundle read(Path directory, String modelId, String sha256) {
    ModelBundle bundle = new ModelBundle(new BundleFolder(directory));
    if (!bundle.sha256.equalsIgnoreCase(sha256) || !bundle.modelId().equals(modelId)) {
      throw new InvalidBundleException(
          "%s holds model %s with SHA-256 %s, not %s with %s"
              .formatted(directory, bundle.modelId(), bundle.sha256, modelId, sha256));
    }
    bundle.probeTowers();
    return bundle;
  }

  private String modelId() {
    return manifest().modelId();
  }

  /** Names of its files, model.json first. */
  public List<String> files() {
    List<String> names = new ArrayList<>(List.of(BundleFile.MANIFEST));
    manifest.sha256().keySet().stream().map(BundleFile::fileName).sorted().forEach(names::add);
    return names;
  }

  /** The contents of model.json. */
  public ModelManifest manifest() {
    return manifest.manifest();
  }

  /** Hex SHA-256 of model.json, which holds those of the other files: the bundle's identity. */
  public String sha256() {
    return sha256;
  }

  /** Where it was read from. */
  public Path directory() {
    return folder.directory();
  }

  /** The cross gate's weights. */
  public GatingNetwork gating() {
    return gating;
  }

  /** The ids training saw; row r+1 of the id table belongs to the r-th. */
  public List<String> trainedItemIds() {
    return trainedItemIds;
  }

  /**
   * A new query tower, to be closed by the caller, that keeps nothing from one call to the next.
   *
   * @throws InvalidBundleException when the file has changed since the bundle was read
   */
  public QueryTower openQueryTower() {
    return openQueryTower(0);
  }

  /**
   * A new query tower, to be closed by the caller. An HSTU encoder that comes with its weights runs
   * on kernels of ours and goes on from what it kept of the user's history; any other tower runs as
   * a graph.
   *
   * @param keptBytes memory for what is kept of histories, from 0
   * @throws InvalidBundleException when a file has changed since the bundle was read
   */
  public QueryTower openQueryTower(long keptBytes) {
    HstuEncoder own = ownEncoder(keptBytes);
    if (own == null) {
      return openQueryGraph();
    }
    ByteBuffer graph = folder.map(BundleFile.QUERY_TOWER, digest(BundleFile.QUERY_TOWER));
    return folder.naming(
        BundleFile.QUERY_TOWER.fileName(),
        () ->
            new IncrementalQueryTower(own, QueryHeads.open(graph, manifest().shape()), manifest()));
  }

  /**
   * A new query tower that runs the bundle's graph whatever else there is, to be closed by the
   * caller.
   *
   * @throws InvalidBundleException when the file has changed since the bundle was read
   */
  public QueryTower openQueryGraph() {
    ByteBuffer graph = folder.map(BundleFile.QUERY_TOWER, digest(BundleFile.QUERY_TOWER));
    return folder.naming(
        BundleFile.QUERY_TOWER.fileName(), () -> OnnxQueryTower.open(graph, manifest()));
  }

  /**
   * A new item tower, to be closed by the caller.
   *
   * @throws InvalidBundleException when the file has changed since the bundle was read
   */
  public ItemTower openItemTower() {
    return openOnnxItemTower();
  }

  /**
   * What of the item tower follows its base vector, to be closed by the caller.
   *
   * @throws InvalidBundleException when the tower's components or gate read more than the base
   *     vector, or the file has changed since the bundle was read
   */
  public ItemHeads openItemHeads() {
    ByteBuffer graph = folder.map(BundleFile.ITEM_TOWER, digest(BundleFile.ITEM_TOWER));
    return folder.naming(
        BundleFile.ITEM_TOWER.fileName(), () -> ItemHeads.open(graph, manifest().shape()));
  }

  /**
   * What a later training may start from, read anew; empty when the bundle came without.
   *
   * @throws InvalidBundleException when the file has changed since the bundle was read
   */
  public Optional<TrainedWeights> weights() {
    return weights("");
  }

  private Optional<TrainedWeights> weights(String prefix) {
    return Optional.ofNullable(manifest.sha256().get(BundleFile.WEIGHTS))
        .map(digest -> folder.map(BundleFile.WEIGHTS, digest))
        .map(
            bytes ->
                folder.naming(
                    BundleFile.WEIGHTS.fileName(), () -> TrainedWeights.parse(bytes, prefix)));
  }

  /** One line for a person: id, encoder, similarity and shape, history, items. */
  public String summary() {
    ModelManifest known = manifest();
    return "%s: %s with %s %s (D %d, gate %d, τ %s), history of %d, %d trained items"
        .formatted(
            known.modelId(),
            known.encoder(),
            known.similarity(),
            known.shape(),
            known.shape().baseDimension(),
            known.shape().gateHidden(),
            known.shape().temperature(),
            known.maxHistory(),
            trainedItemIds.size());
  }

  private OnnxItemTower openOnnxItemTower() {
    ByteBuffer graph = folder.map(BundleFile.ITEM_TOWER, digest(BundleFile.ITEM_TOWER));
    return folder.naming(
        BundleFile.ITEM_TOWER.fileName(), () -> OnnxItemTower.open(graph, manifest(), encoder));
  }

  private void probeTowers() {
    List<float[]> bases;
    try (OnnxItemTower tower = openOnnxItemTower()) {
      bases =
          folder.naming(
              BundleFile.ITEM_TOWER.fileName(),
              () -> TowerProbe.items(tower, manifest(), trainedItemIds.size()));
    }
    try (QueryTower graph = openQueryGraph()) {
      folder.naming(
          BundleFile.QUERY_TOWER.fileName(),
          () -> {
            TowerProbe.queries(graph, manifest(), bases);
            return bases;
          });
      try (QueryTower own = openQueryTower(PROBE_BYTES)) {
        folder.naming(
            BundleFile.WEIGHTS.fileName(),
            () -> {
              TowerProbe.sameQueries(graph, own, manifest(), bases);
              return bases;
            });
      }
    }
  }

  /** Our own encoder with the bundle's weights, or null when only the graph will do. */
  private @Nullable HstuEncoder ownEncoder(long keptBytes) {
    TrainedWeights trained = encoderWeights;
    if (trained == null || !manifest().encoder().equals("hstu") || trained.knowsUsers()) {
      return null;
    }
    return folder.naming(
        BundleFile.WEIGHTS.fileName(),
        () ->
            HstuEncoder.of(
                trained, manifest().shape().baseDimension(), manifest().maxHistory(), keptBytes));
  }

  private String digest(BundleFile file) {
    return Objects.requireNonNull(manifest.sha256().get(file));
  }
}
