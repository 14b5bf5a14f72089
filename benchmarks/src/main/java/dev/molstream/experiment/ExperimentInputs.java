package dev.molstream.experiment;

import dev.molstream.benchmark.BenchmarkProgress;
import dev.molstream.benchmark.Effort;
import dev.molstream.benchmark.InvalidBenchmarkException;
import dev.molstream.benchmark.Mixture;
import dev.molstream.training.Split;
import dev.molstream.training.TrainingData;
import dev.molstream.training.TrainingSettings;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an experiment works with.
 *
 * @param data items and histories
 * @param split what of it is learned from, and what is foretold
 * @param recipe how models are trained; its seed is that of everything random
 * @param bundle a model's folder; null to train one
 * @param randomWeights make models with random weights instead of training them
 * @param shapes mixtures to compare; empty for the experiment's own
 * @param items size of the catalogue; 0 for the experiment's own
 * @param queries how many users' histories are searched for; 0 for the experiment's own
 * @param k items a search asks for; 0 for the experiment's own
 * @param seeds how often training is repeated, each time with another seed
 * @param effort how long searches are timed
 * @param work for models and indexes; empty; the caller deletes it
 */
public record ExperimentInputs(
    TrainingData data,
    Split split,
    TrainingSettings recipe,
    @Nullable Path bundle,
    boolean randomWeights,
    List<Mixture> shapes,
    int items,
    int queries,
    int k,
    int seeds,
    Effort effort,
    Path work,
    BenchmarkProgress progress) {

  /**
   * Refuses what cannot be measured.
   *
   * @throws InvalidBenchmarkException in one line that names the option and what is valid
   */
  public ExperimentInputs {
    shapes = List.copyOf(shapes);
    requireRange("--items", items, 0, 20_000_000);
    requireRange("--queries", queries, 0, 100_000);
    requireRange("--k", k, 0, 10_000);
    requireRange("--seeds", seeds, 1, 100);
    if (items != 0 && items < k) {
      throw new InvalidBenchmarkException("--items " + items + ", valid is a number from --k " + k);
    }
  }

  List<Mixture> shapes(List<Mixture> usual) {
    return shapes.isEmpty() ? usual : shapes;
  }

  int items(int usual) {
    return items == 0 ? usual : items;
  }

  int queries(int usual) {
    return queries == 0 ? usual : queries;
  }

  int k(int usual) {
    return k == 0 ? usual : k;
  }

  long seed() {
    return recipe.seed();
  }

  private static void requireRange(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new InvalidBenchmarkException(
          name + " " + value + ", valid is a number from " + least + " to " + most);
    }
  }
}
