package dev.molstream.training;

import static java.util.Objects.requireNonNull;

import dev.molstream.model.ModelBundle;
import dev.molstream.model.TrainedWeights;
import dev.molstream.training.network.Parameters;
import dev.molstream.training.network.RetrievalNetwork;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Weights that another training starts from. Immutable; any thread.
 *
 * @param values by parameter name
 * @param itemIds whose the rows of the id table are, after row 0
 */
public record LearnedWeights(Map<String, float[]> values, List<String> itemIds) {
  private static final String ID_TABLE = "item.ids";

  public LearnedWeights {
    values = Map.copyOf(values);
    itemIds = List.copyOf(itemIds);
  }

  /**
   * Of a bundle.
   *
   * @throws IllegalArgumentException when it came without its weights
   */
  public static LearnedWeights of(ModelBundle bundle) {
    TrainedWeights weights =
        bundle
            .weights()
            .orElseThrow(
                () -> new IllegalArgumentException(bundle.directory() + " has no weights"));
    return new LearnedWeights(weights.values(), bundle.trainedItemIds());
  }

  /** The ids it knows, in their places, and after them the others. */
  List<String> itemIdsWith(List<String> others) {
    Set<String> known = new HashSet<>(itemIds);
    List<String> all = new ArrayList<>(itemIds);
    others.stream().filter(id -> !known.contains(id)).forEach(all::add);
    return all;
  }

  /**
   * Overwrites a network's weights. Its id table may have more rows: those keep what they have.
   *
   * @throws IllegalArgumentException when the network has other parameters, or another size of one
   */
  void putInto(RetrievalNetwork network) {
    Parameters parameters = network.parameters();
    Map<String, float[]> own = parameters.snapshot();
    if (!own.keySet().equals(values.keySet())) {
      throw new IllegalArgumentException(
          "weights to start from have the tensors "
              + values.keySet()
              + ", the recipe "
              + own.keySet());
    }
    own.replaceAll(
        (name, current) -> {
          float[] known = requireNonNull(values.get(name));
          boolean fits =
              name.equals(ID_TABLE)
                  ? known.length <= current.length
                  : known.length == current.length;
          if (!fits) {
            throw new IllegalArgumentException(
                "weights to start from have %d values of %s, the recipe has %d"
                    .formatted(known.length, name, current.length));
          }
          System.arraycopy(known, 0, current, 0, known.length);
          return current;
        });
    parameters.restore(own);
  }
}
