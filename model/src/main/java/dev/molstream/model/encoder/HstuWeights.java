package dev.molstream.model.encoder;

import dev.molstream.retrieval.kernel.PackedMatrix;
import dev.molstream.retrieval.kernel.SimdMath;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * An HSTU encoder's weights, packed for {@link HstuEncoder}. Immutable; any thread.
 *
 * <p>A block's input layer makes u, v, q and k in this order; the two that become state (v, k) and
 * the two that only the row itself needs (u, q) are multiplied apart.
 *
 * @param width D
 * @param heads attention heads, dividing D into whole vectors
 * @param maxHistory N
 * @param timeBuckets of the bias by time gap, 0 for none
 */
record HstuWeights(int width, int heads, int maxHistory, int timeBuckets, List<Block> blocks) {
  /**
   * One block.
   *
   * @param stateInput D → v, k
   * @param rowInput D → u, q
   * @param distances bias by how far back an event lies, backwards: N - 1 first, 0 last
   * @param timeGaps bias by time bucket, empty without times
   * @param output D → D
   */
  @SuppressWarnings("ArrayRecordComponent") // read by the encoder alone
  record Block(
      PackedMatrix stateInput,
      float[] stateBias,
      PackedMatrix rowInput,
      float[] rowBias,
      float[] distances,
      float[] timeGaps,
      PackedMatrix output,
      float[] outputBias) {}

  private static final int U = 0;
  private static final int V = 1;
  private static final int Q = 2;
  private static final int K = 3;

  /** True when the sizes let every row be computed in whole vectors. */
  static boolean fits(int width, int heads) {
    return heads > 0 && width % heads == 0 && width / heads % SimdMath.SPECIES.length() == 0;
  }

  /**
   * From the tensors that training wrote, {@code encoder.BLOCK.NAME}.
   *
   * @throws IllegalArgumentException in one line when one is missing or has another size
   */
  static HstuWeights of(
      Map<String, float[]> values,
      int width,
      int blocks,
      int heads,
      int maxHistory,
      int timeBuckets) {
    if (!fits(width, heads)) {
      throw new IllegalArgumentException(
          "%d heads of a width of %d are not whole vectors of %d"
              .formatted(heads, width, SimdMath.SPECIES.length()));
    }
    List<Block> packed =
        IntStream.range(0, blocks)
            .mapToObj(
                block ->
                    block(
                        values, HstuEncoder.TENSORS + block + ".", width, maxHistory, timeBuckets))
            .toList();
    return new HstuWeights(width, heads, maxHistory, timeBuckets, packed);
  }

  private static Block block(
      Map<String, float[]> values, String name, int width, int maxHistory, int timeBuckets) {
    float[] input = tensor(values, name + "input.weight", 4 * width * width);
    float[] inputBias = tensor(values, name + "input.bias", 4 * width);
    float[] distances = tensor(values, name + "distance", maxHistory);
    float[] backwards = new float[maxHistory];
    for (int back = 0; back < maxHistory; back++) {
      backwards[maxHistory - 1 - back] = distances[back];
    }
    return new Block(
        parts(input, width, V, K),
        bias(inputBias, width, V, K),
        parts(input, width, U, Q),
        bias(inputBias, width, U, Q),
        backwards,
        timeBuckets == 0 ? new float[0] : tensor(values, name + "time-gap", timeBuckets),
        PackedMatrix.ofTransposed(
            tensor(values, name + "output.weight", width * width), width, width),
        tensor(values, name + "output.bias", width));
  }

  private static PackedMatrix parts(float[] input, int width, int first, int second) {
    float[] both = new float[2 * width * width];
    System.arraycopy(input, first * width * width, both, 0, width * width);
    System.arraycopy(input, second * width * width, both, width * width, width * width);
    return PackedMatrix.ofTransposed(both, width, 2 * width);
  }

  private static float[] bias(float[] input, int width, int first, int second) {
    float[] both = new float[2 * width];
    System.arraycopy(input, first * width, both, 0, width);
    System.arraycopy(input, second * width, both, width, width);
    return both;
  }

  private static float[] tensor(Map<String, float[]> values, String name, int size) {
    float[] tensor = values.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("there is no tensor " + name);
    }
    if (tensor.length != size) {
      throw new IllegalArgumentException(
          "tensor %s has %d numbers, valid are %d".formatted(name, tensor.length, size));
    }
    return tensor;
  }
}
