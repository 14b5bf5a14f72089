package dev.molstream.training;

import dev.molstream.model.FeatureSpec;
import dev.molstream.model.ModelBundle;
import dev.molstream.model.ModelManifest;
import dev.molstream.model.UserTable;
import dev.molstream.retrieval.MolShape;
import dev.molstream.training.batch.BatchSettings;
import dev.molstream.training.loss.DotProductSoftmax;
import dev.molstream.training.network.EncoderKind;
import dev.molstream.training.network.EncoderShape;
import dev.molstream.training.network.GatedUnit;
import dev.molstream.training.network.Lift;
import dev.molstream.training.network.NetworkShape;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A recipe.
 *
 * @param encoder which sequence encoder
 * @param similarity which similarity
 * @param mol sizes of the similarity; 1×1×d for a dot product
 * @param lengths whether component vectors carry lengths: {@link Lift}
 * @param layers sizes of the encoder, as wide as the similarity's base vectors
 * @param queryHidden inner width of the gated unit that makes query components
 * @param queryUnit which gated unit
 * @param features how item content becomes inputs
 * @param users the table of users, whose rows are the last query component; NONE for no such
 * @param idDropout how often an item's id embedding is left out, so that unseen items do well
 * @param batches how an epoch is cut
 * @param schedule how the weights are learned
 * @param validationUsers how many users are validated after each epoch, all when there are fewer
 * @param seed of everything random
 * @param workers threads that run micro-batches
 * @param timeBudget steps end then, even if epochs are left; each phase gets its share
 */
public record TrainingSettings(
    EncoderKind encoder,
    SimilarityKind similarity,
    MolShape mol,
    boolean lengths,
    EncoderShape layers,
    int queryHidden,
    GatedUnit queryUnit,
    FeatureSpec features,
    UserTable users,
    double idDropout,
    BatchSettings batches,
    Schedule schedule,
    int validationUsers,
    long seed,
    int workers,
    Duration timeBudget) {
  /** Of the time budget. */
  private static final double WARM_UP_SHARE = 0.75;

  /** The paper's. */
  private static final float TEMPERATURE = 0.05f;

  /**
   * Of mixtures whose components carry lengths: logits may be greater, so that the mean of some is
   * as great as it must be without all of them pointing the same way.
   */
  private static final float TEMPERATURE_WITH_LENGTHS = 0.025f;

  private static final int FINE_TUNING_EPOCHS = 3;
  private static final double FINE_TUNING_RATE = 0.1;
  private static final long QUICK_EVENTS = 8_000_000;
  private static final long STANDARD_EVENTS = 40_000_000;

  /** Of a step: fewer would be noisy, more would leave an epoch few steps. */
  private static final int POSITIONS_PER_STEP = 1800;

  /** Of recipes that read times. */
  public static final int TIME_BUCKETS = 64;

  public TrainingSettings {
    if (layers.width() != mol.baseDimension()) {
      throw new IllegalArgumentException(
          "encoder width " + layers.width() + " differs from base " + mol.baseDimension());
    }
    if (layers.maxHistory() != batches.maxHistory()) {
      throw new IllegalArgumentException(
          "encoder reads " + layers.maxHistory() + " events, batches hold " + batches.maxHistory());
    }
    if (similarity == SimilarityKind.DOT && mol.logits() != 1) {
      throw new IllegalArgumentException("a dot product has shape 1x1, not " + mol);
    }
    if (similarity == SimilarityKind.DOT && schedule.mixtureEpochs() > 0) {
      throw new IllegalArgumentException("a dot product has no gates to learn: 0 mixture epochs");
    }
    if (1 / mol.temperature() > DotProductSoftmax.GREATEST_SCORE) {
      throw new IllegalArgumentException(
          "temperature " + mol.temperature() + " is not at least 1/80");
    }
    if (lengths && !Lift.hasRoom(mol)) {
      throw new IllegalArgumentException(
          "components of "
              + mol.componentDimension()
              + " dimensions cannot carry lengths: valid are 3 or more, or components without");
    }
    if (workers < 1) {
      throw new IllegalArgumentException("workers " + workers + " is not at least 1");
    }
  }

  /**
   * Minutes on two cores, for a first look: HSTU and MoL over the last 100 events. Small data gets
   * more epochs.
   */
  public static TrainingSettings quick(TrainingData data) {
    int history = 100;
    int width = 64;
    int warmUpEpochs = (int) Math.clamp(QUICK_EVENTS / data.eventCount(), 2L, 20L);
    return new TrainingSettings(
        EncoderKind.HSTU,
        SimilarityKind.MOL,
        new MolShape(width, 4, 4, 32, 32, TEMPERATURE_WITH_LENGTHS),
        true,
        new EncoderShape(width, 2, 1, history, 0.1, 0),
        128,
        GatedUnit.SWIGLU,
        new FeatureSpec(8192, 16, 0),
        UserTable.NONE,
        0.1,
        new BatchSettings(history, usersPerStep(data, history), 1024, 0.5, 0.3),
        new Schedule(
            warmUpEpochs,
            Math.max(2, warmUpEpochs / 4),
            0,
            1024,
            64,
            16,
            true,
            3e-3,
            1e-3,
            1e-3,
            1,
            0),
        1000,
        42,
        Math.min(2, Runtime.getRuntime().availableProcessors()),
        Duration.ofSeconds(270));
  }

  /**
   * The recipe to serve with: HSTU of four blocks over the last 200 events and their times, and MoL
   * 8×4×64; less than an hour on two cores for a million events. Small data gets more epochs.
   */
  public static TrainingSettings standard(TrainingData data) {
    int history = 200;
    int width = 64;
    int warmUpEpochs = (int) Math.clamp(STANDARD_EVENTS / data.eventCount(), 4L, 60L);
    return new TrainingSettings(
        EncoderKind.HSTU,
        SimilarityKind.MOL,
        new MolShape(width, 8, 4, 64, 128, TEMPERATURE_WITH_LENGTHS),
        true,
        new EncoderShape(width, 4, 2, history, 0.2, data.knowsTimes() ? TIME_BUCKETS : 0),
        256,
        GatedUnit.SWIGLU,
        new FeatureSpec(8192, 16, 0),
        UserTable.NONE,
        0.1,
        new BatchSettings(history, usersPerStep(data, history), 1024, 0.5, 0.3),
        new Schedule(
            warmUpEpochs,
            Math.max(2, warmUpEpochs / 8),
            2,
            8192,
            64,
            16,
            true,
            1.5e-3,
            1e-3,
            1e-3,
            1,
            0),
        6000,
        42,
        Math.min(2, Runtime.getRuntime().availableProcessors()),
        Duration.ofMinutes(90));
  }

  /** So many users that a step has about {@link #POSITIONS_PER_STEP} positions. */
  private static int usersPerStep(TrainingData data, int history) {
    long positions = 0;
    for (int user = 0; user < data.userCount(); user++) {
      positions += Math.min(history, data.length(user));
    }
    long users = POSITIONS_PER_STEP * (long) data.userCount() / Math.max(1, positions);
    return (int) Math.clamp(users, 8L, 512L);
  }

  /**
   * The same recipe with a mixture of other sizes; base dimension and temperature stay.
   *
   * @param gateHidden H, the hidden width of the cross gate
   */
  public TrainingSettings withMixture(
      int queryComponents, int itemComponents, int componentDimension, int gateHidden) {
    return withMol(
        new MolShape(
            mol.baseDimension(),
            queryComponents,
            itemComponents,
            componentDimension,
            gateHidden,
            mol.temperature()));
  }

  /** The same recipe with a similarity of another shape. */
  public TrainingSettings withMol(MolShape mol) {
    return changed(draft -> draft.mol = mol);
  }

  /**
   * The same recipe with components that carry lengths, or with unit vectors and the temperature of
   * the paper.
   */
  public TrainingSettings withLengths(boolean lengths) {
    boolean hot = lengths && mol.logits() > 1;
    return changed(
        draft -> {
          draft.lengths = lengths;
          draft.mol = tempered(mol, hot ? TEMPERATURE_WITH_LENGTHS : TEMPERATURE);
        });
  }

  private static MolShape tempered(MolShape mol, float temperature) {
    return new MolShape(
        mol.baseDimension(),
        mol.queryComponents(),
        mol.itemComponents(),
        mol.componentDimension(),
        mol.gateHidden(),
        temperature);
  }

  /** The same recipe with another encoder. */
  public TrainingSettings withEncoder(EncoderKind encoder) {
    return changed(draft -> draft.encoder = encoder);
  }

  /** The same recipe with an encoder of other sizes. */
  public TrainingSettings withLayers(EncoderShape layers) {
    return changed(draft -> draft.layers = layers);
  }

  /** The same recipe with another gated unit. */
  public TrainingSettings withQueryUnit(GatedUnit queryUnit) {
    return changed(draft -> draft.queryUnit = queryUnit);
  }

  /** The same recipe with another table of users. */
  public TrainingSettings withUsers(UserTable users) {
    return changed(draft -> draft.users = users);
  }

  /** The same recipe with another schedule. */
  public TrainingSettings withSchedule(Schedule schedule) {
    return changed(draft -> draft.schedule = schedule);
  }

  /** The same recipe with other numbers of epochs. */
  public TrainingSettings withEpochs(int warmUpEpochs, int mixtureEpochs) {
    return withSchedule(schedule.withEpochs(warmUpEpochs, mixtureEpochs));
  }

  /** The same recipe that does not learn from what it is validated by, so that this may go on. */
  public TrainingSettings withoutRefit() {
    return withSchedule(schedule.withRefitEpochs(0));
  }

  /** The same recipe with another number of validated users. */
  public TrainingSettings withValidationUsers(int validationUsers) {
    return changed(draft -> draft.validationUsers = validationUsers);
  }

  /** The same recipe with another seed. */
  public TrainingSettings withSeed(long seed) {
    return changed(draft -> draft.seed = seed);
  }

  /** The same recipe with another number of workers. */
  public TrainingSettings withWorkers(int workers) {
    return changed(draft -> draft.workers = workers);
  }

  /** The same recipe with another time budget. */
  public TrainingSettings withTimeBudget(Duration timeBudget) {
    return changed(draft -> draft.timeBudget = timeBudget);
  }

  /**
   * The same recipe for a dot product of as many numbers as a component of the mixture has, trained
   * all the time as the warm-up is; with lengths where they fit.
   */
  public TrainingSettings asDotProduct() {
    return changed(
        draft -> {
          draft.similarity = SimilarityKind.DOT;
          draft.mol =
              new MolShape(mol.baseDimension(), 1, 1, mol.componentDimension(), 1, TEMPERATURE);
          draft.lengths = Lift.hasRoom(draft.mol);
          draft.schedule =
              schedule.withEpochs(schedule.warmUpEpochs() + schedule.mixtureEpochs(), 0);
        });
  }

  /**
   * The recipe with the network of a bundle, to start from its weights.
   *
   * @throws IllegalArgumentException when the bundle came without its weights, or they are not of
   *     this kind
   */
  public TrainingSettings withNetworkOf(ModelBundle bundle) {
    ModelManifest manifest = bundle.manifest();
    Map<String, String> recipe =
        bundle
            .weights()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        bundle.directory()
                            + " has no weights.safetensors to start from: it was not trained here"))
            .recipe();
    try {
      return changed(
          draft -> {
            draft.encoder = EncoderKind.valueOf(manifest.encoder().toUpperCase(Locale.ROOT));
            draft.similarity =
                SimilarityKind.valueOf(manifest.similarity().toUpperCase(Locale.ROOT));
            // Bundles that do not say have lengths where they are dot products.
            draft.lengths =
                Boolean.parseBoolean(
                    recipe.getOrDefault(
                        "lengths", Boolean.toString(Lift.hadAlways(manifest.shape()))));
            draft.mol = manifest.shape();
            draft.layers =
                new EncoderShape(
                    manifest.shape().baseDimension(),
                    Integer.parseInt(known(recipe, "blocks")),
                    Integer.parseInt(known(recipe, "heads")),
                    manifest.maxHistory(),
                    Double.parseDouble(known(recipe, "dropout")),
                    Integer.parseInt(known(recipe, "timeBuckets")));
            draft.queryHidden = Integer.parseInt(known(recipe, "queryHidden"));
            draft.queryUnit = GatedUnit.valueOf(known(recipe, "queryUnit"));
            draft.features = manifest.features();
            draft.users = new UserTable(Integer.parseInt(known(recipe, "userRows")));
            draft.idDropout = Double.parseDouble(known(recipe, "idDropout"));
            draft.batches = batches.withMaxHistory(manifest.maxHistory());
          });
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          bundle.directory() + " cannot be trained further: " + e.getMessage(), e);
    }
  }

  /** The recipe to go on learning from what came since, at the usual share of the rate. */
  public TrainingSettings forFineTuning() {
    return forFineTuning(FINE_TUNING_RATE);
  }

  /**
   * The recipe to go on learning from what came since: few epochs, with gates at once.
   *
   * @param rateShare of this recipe's peak rate, above 0
   */
  public TrainingSettings forFineTuning(double rateShare) {
    int epochs = FINE_TUNING_EPOCHS;
    Schedule few =
        similarity == SimilarityKind.DOT
            ? schedule.withEpochs(epochs, 0)
            : schedule.withEpochs(0, epochs);
    return withSchedule(
        few.withRefitEpochs(Math.min(1, schedule.refitEpochs()))
            .withLearningRate(schedule.learningRate() * rateShare));
  }

  /** What of the time budget the warm-up may take. */
  public Duration warmUpBudget() {
    return schedule.mixtureEpochs() == 0
        ? timeBudget
        : Duration.ofNanos((long) (WARM_UP_SHARE * timeBudget.toNanos()));
  }

  /** The sizes of its network. */
  NetworkShape networkShape(int trainedItems) {
    return new NetworkShape(
        mol,
        encoder,
        layers,
        queryHidden,
        queryUnit,
        users.rows(),
        trainedItems,
        features.hashBuckets(),
        lengths,
        idDropout,
        schedule.warmUpEpochs() > 0);
  }

  /** What of the network's sizes its weights do not say. */
  Map<String, String> toRecipe() {
    return Map.of(
        "heads", Integer.toString(layers.heads()),
        "blocks", Integer.toString(layers.blocks()),
        "dropout", Double.toString(layers.dropout()),
        "timeBuckets", Integer.toString(layers.timeBuckets()),
        "queryHidden", Integer.toString(queryHidden),
        "queryUnit", queryUnit.name(),
        "userRows", Integer.toString(users.rows()),
        "lengths", Boolean.toString(lengths),
        "idDropout", Double.toString(idDropout));
  }

  private static String known(Map<String, String> recipe, String name) {
    String value = recipe.get(name);
    if (value == null) {
      throw new IllegalArgumentException("its weights do not say " + name);
    }
    return value;
  }

  private TrainingSettings changed(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.settings();
  }

  /** The fields while some of them are being changed. */
  private static final class Draft {
    private EncoderKind encoder;
    private SimilarityKind similarity;
    private MolShape mol;
    private boolean lengths;
    private EncoderShape layers;
    private int queryHidden;
    private GatedUnit queryUnit;
    private FeatureSpec features;
    private UserTable users;
    private double idDropout;
    private BatchSettings batches;
    private Schedule schedule;
    private int validationUsers;
    private long seed;
    private int workers;
    private Duration timeBudget;

    private Draft(TrainingSettings from) {
      encoder = from.encoder;
      similarity = from.similarity;
      mol = from.mol;
      lengths = from.lengths;
      layers = from.layers;
      queryHidden = from.queryHidden;
      queryUnit = from.queryUnit;
      features = from.features;
      users = from.users;
      idDropout = from.idDropout;
      batches = from.batches;
      schedule = from.schedule;
      validationUsers = from.validationUsers;
      seed = from.seed;
      workers = from.workers;
      timeBudget = from.timeBudget;
    }

    private TrainingSettings settings() {
      return new TrainingSettings(
          encoder,
          similarity,
          mol,
          lengths,
          layers,
          queryHidden,
          queryUnit,
          features,
          users,
          idDropout,
          batches,
          schedule,
          validationUsers,
          seed,
          workers,
          timeBudget);
    }
  }
}
