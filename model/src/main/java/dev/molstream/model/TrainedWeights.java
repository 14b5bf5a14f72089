package dev.molstream.model;

import static java.util.Objects.requireNonNull;

import dev.molstream.model.Safetensors.Tensor;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code weights.safetensors}: the weights training ended with, under its own names, for a later
 * training to start from, and for an encoder of ours to run from; a bundle may come without.
 *
 * @param recipe what the shapes do not say, such as the number of attention heads
 * @param values by name, row major
 * @param shapes by name
 */
public record TrainedWeights(
    Map<String, String> recipe, Map<String, float[]> values, Map<String, List<Integer>> shapes) {
  public TrainedWeights {
    recipe = Map.copyOf(recipe);
    values = Map.copyOf(values);
    shapes = Map.copyOf(shapes);
  }

  /** True when a component of the query is the user's own vector. */
  boolean knowsUsers() {
    return !recipe.getOrDefault("userRows", "0").equals("0");
  }

  byte[] toBytes() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    values.forEach(
        (name, flat) ->
            tensors.put(name, new Tensor(requireNonNull(shapes.get(name), name), flat)));
    return Safetensors.write(tensors, recipe);
  }

  /**
   * Reads the file's bytes, but for the tensors whose names begin otherwise.
   *
   * @throws IllegalArgumentException in one line, without the file's name
   */
  static TrainedWeights parse(ByteBuffer bytes, String prefix) {
    Map<String, float[]> values = new LinkedHashMap<>();
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    Safetensors.read(bytes, name -> name.startsWith(prefix))
        .forEach(
            (name, tensor) -> {
              values.put(name, tensor.values());
              shapes.put(name, tensor.shape());
            });
    return new TrainedWeights(Safetensors.metadata(bytes), values, shapes);
  }
}
