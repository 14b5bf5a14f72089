package dev.molstream.training;

import dev.molstream.model.FeatureSpec;
import dev.molstream.retrieval.MolShape;
import dev.molstream.training.batch.BatchSettings;
import dev.molstream.training.network.EncoderKind;
import dev.molstream.training.network.EncoderShape;
import java.time.Duration;

/**
 * A recipe.
 *
 * @param encoder which sequence encoder
 * @param similarity which similarity
 * @param mol sizes of the similarity; 1×1×d for a dot product
 * @param layers sizes of the encoder, as wide as the similarity's base vectors
 * @param queryHidden inner width of the SwiGLU that makes query components
 * @param features how item content becomes inputs
 * @param idDropout how often an item's id embedding is left out, so that unseen items do well
 * @param batches how an epoch is cut
 * @param schedule how the weights are learned
 * @param validationUsers how many users are validated after each epoch, all when there are fewer
 * @param seed of everything random
 * @param workers threads that run micro-batches
 * @param timeBudget no epoch is begun that would likely end later than this
 */
public record TrainingSettings(
    EncoderKind encoder,
    SimilarityKind similarity,
    MolShape mol,
    EncoderShape layers,
    int queryHidden,
    FeatureSpec features,
    double idDropout,
    BatchSettings batches,
    Schedule schedule,
    int validationUsers,
    long seed,
    int workers,
    Duration timeBudget) {

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
    if (workers < 1) {
      throw new IllegalArgumentException("workers " + workers + " is not at least 1");
    }
  }

  /** The same recipe with another seed. */
  public TrainingSettings withSeed(long seed) {
    return new TrainingSettings(
        encoder,
        similarity,
        mol,
        layers,
        queryHidden,
        features,
        idDropout,
        batches,
        schedule,
        validationUsers,
        seed,
        workers,
        timeBudget);
  }

  /** The same recipe with another number of workers. */
  public TrainingSettings withWorkers(int workers) {
    return new TrainingSettings(
        encoder,
        similarity,
        mol,
        layers,
        queryHidden,
        features,
        idDropout,
        batches,
        schedule,
        validationUsers,
        seed,
        workers,
        timeBudget);
  }

  /** The same recipe with another number of validated users. */
  public TrainingSettings withValidationUsers(int validationUsers) {
    return new TrainingSettings(
        encoder,
        similarity,
        mol,
        layers,
        queryHidden,
        features,
        idDropout,
        batches,
        schedule,
        validationUsers,
        seed,
        workers,
        timeBudget);
  }

  /** The same recipe with another time budget. */
  public TrainingSettings withTimeBudget(Duration timeBudget) {
    return new TrainingSettings(
        encoder,
        similarity,
        mol,
        layers,
        queryHidden,
        features,
        idDropout,
        batches,
        schedule,
        validationUsers,
        seed,
        workers,
        timeBudget);
  }

  /** The same recipe with another schedule. */
  public TrainingSettings withSchedule(Schedule schedule) {
    return new TrainingSettings(
        encoder,
        similarity,
        mol,
        layers,
        queryHidden,
        features,
        idDropout,
        batches,
        schedule,
        validationUsers,
        seed,
        workers,
        timeBudget);
  }
}
