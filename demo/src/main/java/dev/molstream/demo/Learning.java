package dev.molstream.demo;

import dev.molstream.model.*;
import dev.molstream.retrieval.MolShape;
import dev.molstream.training.TrainingData;
import java.nio.file.Path;
import java.time.Duration;

/** Trains and evaluates. */
final class Learning {
  private final TrainingData data;

  private Learning(TrainingData data, Progress progress) {
    this.data = data;
  }

  static Learning from(TrainingData data, Progress progress) {
    return new Learning(data, progress);
  }

  Scene.ModelReady train(Path bundle) {
    RandomBundle.write(
        bundle,
        "random-1",
        new MolShape(32, 4, 2, 16, 32, 0.05f),
        data.items().stream().map(ItemContent::itemId).toList(),
        1);
    return evaluate(bundle);
  }

  Scene.ModelReady evaluate(Path bundle) {
    ModelManifest m = ModelBundle.read(bundle).manifest();
    return new Scene.ModelReady(
        m.modelId(),
        m.encoder(),
        m.similarity(),
        m.shape().toString(),
        0,
        0,
        0,
        data.userCount(),
        Duration.ZERO);
  }
}
