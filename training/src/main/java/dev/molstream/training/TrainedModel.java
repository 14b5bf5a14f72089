package dev.molstream.training;

import dev.molstream.training.network.RetrievalNetwork;

/** What training found. Owns the network's weights; one thread at a time. */
public final class TrainedModel implements AutoCloseable {
  final TrainingData data;
  final TrainingSettings settings;
  final ItemInputs inputs;
  final RetrievalNetwork network;
  private final double validationHitRate;

  TrainedModel(
      TrainingData data,
      TrainingSettings settings,
      ItemInputs inputs,
      RetrievalNetwork network,
      double validationHitRate) {
    this.data = data;
    this.settings = settings;
    this.inputs = inputs;
    this.network = network;
    this.validationHitRate = validationHitRate;
  }

  /** HR@10 of the validation items in the epoch that was kept. */
  public double validationHitRate() {
    return validationHitRate;
  }

  @Override
  public void close() {
    network.close();
  }
}
