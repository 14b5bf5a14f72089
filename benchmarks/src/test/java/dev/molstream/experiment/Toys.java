package dev.molstream.experiment;

import dev.molstream.benchmark.BenchmarkProgress;
import dev.molstream.benchmark.Effort;
import dev.molstream.benchmark.Examples;
import dev.molstream.benchmark.Mixture;
import dev.molstream.benchmark.report.Row;
import dev.molstream.model.FeatureSpec;
import dev.molstream.model.UserTable;
import dev.molstream.retrieval.MolShape;
import dev.molstream.training.Schedule;
import dev.molstream.training.SimilarityKind;
import dev.molstream.training.Split;
import dev.molstream.training.TrainingData;
import dev.molstream.training.TrainingSettings;
import dev.molstream.training.batch.BatchSettings;
import dev.molstream.training.network.EncoderKind;
import dev.molstream.training.network.EncoderShape;
import dev.molstream.training.network.GatedUnit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Experiments that take seconds. */
final class Toys {
  static final int ITEMS = 400;
  static final int K = 5;

  private Toys() {}

  static List<Row> run(Experiment experiment, ExperimentInputs inputs) {
    List<Row> rows = new ArrayList<>();
    experiment.run(inputs, rows::add);
    return rows;
  }

  /** Inputs with {@link #ITEMS} items. */
  static ExperimentInputs inputs(
      double learningRate, @Nullable Path bundle, boolean random, List<Mixture> shapes, Path work) {
    return inputs(ITEMS, learningRate, bundle, random, shapes, work);
  }

  static ExperimentInputs inputs(
      int items,
      double learningRate,
      @Nullable Path bundle,
      boolean random,
      List<Mixture> shapes,
      Path work) {
    return inputs(Examples.data(), items, learningRate, bundle, random, shapes, work);
  }

  static ExperimentInputs inputs(
      TrainingData data,
      int items,
      double learningRate,
      @Nullable Path bundle,
      boolean random,
      List<Mixture> shapes,
      Path work) {
    return new ExperimentInputs(
        data,
        Split.leaveOneOut(data),
        recipe(learningRate),
        bundle,
        random,
        shapes,
        items,
        8,
        K,
        1,
        Effort.GLANCE,
        work,
        BenchmarkProgress.none());
  }

  private static TrainingSettings recipe(double learningRate) {
    return new TrainingSettings(
        EncoderKind.HSTU,
        SimilarityKind.MOL,
        new MolShape(16, 3, 2, 8, 8, 0.05f),
        false,
        new EncoderShape(16, 1, 2, 10, 0.1, 0),
        24,
        GatedUnit.SWIGLU,
        new FeatureSpec(512, 8, 0),
        UserTable.NONE,
        0.1,
        new BatchSettings(10, 8, 32, 0.5, 0.1),
        new Schedule(1, 2, 0, 1000, 20, 4, true, learningRate, 0, 1e-3, 1e-3, 0, 0),
        50,
        3,
        1,
        Duration.ofMinutes(5));
  }
}
