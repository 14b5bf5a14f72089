package dev.molstream.training.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * The trainable tensors by name, in a fixed order. Owns them: they live until {@link #close()}.
 * Values are drawn from the given generator only, so equal seeds make equal networks.
 */
public final class Parameters implements AutoCloseable {
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final RandomGenerator random;

  public Parameters(RandomGenerator random) {
    this.random = random;
  }

  /** A weight [out, in] as PyTorch's Linear holds it, Xavier uniform. */
  Tensor weight(String name, int out, int in) {
    return uniform(name, Math.sqrt(6.0 / (in + out)), out, in);
  }

  /** Values uniform within ±{@code bound}. */
  Tensor uniform(String name, double bound, long... shape) {
    float[] values = new float[count(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((random.nextDouble() * 2 - 1) * bound);
    }
    return add(name, values, shape);
  }

  /** Normal values of the given deviation, cut at two deviations. */
  Tensor normal(String name, double deviation, long... shape) {
    float[] values = new float[count(shape)];
    for (int i = 0; i < values.length; i++) {
      double value;
      do {
        value = random.nextGaussian();
      } while (Math.abs(value) > 2);
      values[i] = (float) (value * deviation);
    }
    return add(name, values, shape);
  }

  /** Zeros. */
  Tensor zeros(String name, long... shape) {
    return add(name, new float[count(shape)], shape);
  }

  /** All tensors, in the order they were made. */
  public List<Tensor> all() {
    return List.copyOf(tensors.values());
  }

  /** All tensors, as an optimiser takes them; of the surrounding pointer scope. */
  public TensorVector vector() {
    TensorVector vector = new TensorVector();
    tensors.values().forEach(vector::push_back);
    return vector;
  }

  /** The tensors whose names start with {@code prefix}, in order. */
  public List<Tensor> startingWith(String prefix) {
    return where(name -> name.startsWith(prefix));
  }

  /** The other tensors, in order. */
  public List<Tensor> notStartingWith(String prefix) {
    return where(name -> !name.startsWith(prefix));
  }

  /** A copy of a tensor's values, row major. */
  public float[] values(String name) {
    return Tensors.floats(get(name));
  }

  /** Sizes of all tensors by name. */
  public Map<String, List<Integer>> shapes() {
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) ->
            shapes.put(name, LongStream.of(tensor.shape()).mapToObj(Math::toIntExact).toList()));
    return shapes;
  }

  /** A copy of all values by name. */
  public Map<String, float[]> snapshot() {
    Map<String, float[]> copy = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> copy.put(name, Tensors.floats(tensor)));
    return copy;
  }

  /** Puts the values of a {@link #snapshot()} back. */
  public void restore(Map<String, float[]> snapshot) {
    snapshot.forEach((name, values) -> Tensors.overwrite(get(name), values));
  }

  @Override
  public void close() {
    tensors.values().forEach(Tensor::close);
    tensors.clear();
  }

  private List<Tensor> where(Predicate<String> names) {
    List<Tensor> found = new ArrayList<>();
    tensors.forEach(
        (name, tensor) -> {
          if (names.test(name)) {
            found.add(tensor);
          }
        });
    return found;
  }

  private Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no parameter \"" + name + "\"");
    }
    return tensor;
  }

  private Tensor add(String name, float[] values, long... shape) {
    Tensor tensor;
    try (var _ = new PointerScope()) {
      tensor = Tensors.of(values, shape);
      tensor.set_requires_grad(true);
      tensor.retainReference(); // outlives this scope
    }
    if (tensors.put(name, tensor) != null) {
      throw new IllegalStateException("parameter \"" + name + "\" exists already");
    }
    return tensor;
  }

  private static int count(long... shape) {
    long count = 1;
    for (long size : shape) {
      count *= size;
    }
    return Math.toIntExact(count);
  }
}
