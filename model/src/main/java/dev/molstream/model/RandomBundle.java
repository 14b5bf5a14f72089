package dev.molstream.model;

import dev.molstream.model.onnx.ElementType;
import dev.molstream.model.onnx.OnnxAttribute;
import dev.molstream.model.onnx.OnnxGraph;
import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolShape;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A bundle with random weights, for tests and for trying things out without training: the same
 * arguments make the same bundle. Items of similar content still get similar vectors.
 *
 * <pre>
 * query tower: mean of the history's vectors → linear → P_Q unit vectors, linear → gate
 * item tower:  sum of feature embeddings + id embedding → linear → P_X unit vectors, linear → gate
 * </pre>
 */
public final class RandomBundle {
  /** Events its query tower reads. */
  public static final int MAX_HISTORY = 50;

  private static final FeatureSpec FEATURES = new FeatureSpec(1024, 16, 0);

  private final SplittableRandom random;
  private final MolShape shape;

  private RandomBundle(MolShape shape, long seed) {
    this.shape = shape;
    this.random = new SplittableRandom(seed);
  }

  /**
   * Writes a bundle to {@code directory}, as {@link BundleWriter#write} does.
   *
   * @param itemIds the ids it pretends to have been trained on, at least one
   */
  public static void write(
      Path directory, String modelId, MolShape shape, List<String> itemIds, long seed) {
    RandomBundle weights = new RandomBundle(shape, seed);
    BundleWriter.write(
        directory,
        manifest(modelId, shape),
        weights.queryTower(),
        weights.itemTower(itemIds.size()),
        weights.gating(),
        itemIds);
  }

  static ModelManifest manifest(String modelId, MolShape shape) {
    return new ModelManifest(
        modelId, Instant.EPOCH, "random", "mol", shape, MAX_HISTORY, FEATURES, Map.of());
  }

  private byte[] queryTower() {
    int dimension = shape.baseDimension();
    OnnxGraph graph = new OnnxGraph();
    String history = graph.input("history", ElementType.FLOAT, "B", "n", dimension);
    String mask = graph.input("mask", ElementType.FLOAT, "B", "n");
    String weights = graph.node("Unsqueeze", mask, graph.integers(-1));
    String sum = sum(graph, graph.node("Mul", history, weights));
    String mean = graph.node("Div", sum, sum(graph, weights));
    graph.output("encoded", ElementType.FLOAT, mean, "B", dimension);
    heads(graph, mean, shape.queryComponents());
    return graph.toBytes("random-query-tower");
  }

  private byte[] itemTower(int items) {
    int dimension = shape.baseDimension();
    OnnxGraph graph = new OnnxGraph();
    String row = graph.input("row", ElementType.INT64, "B");
    String features = graph.input("features", ElementType.INT64, "B", FEATURES.maxFeatures());
    String known = graph.node("Gather", table(graph, "ids", items + 1), row);
    String content =
        sum(
            graph,
            graph.node("Gather", table(graph, "features", FEATURES.hashBuckets()), features));
    String base = graph.node("Add", known, content);
    graph.output("base", ElementType.FLOAT, base, "B", dimension);
    heads(graph, base, shape.itemComponents());
    return graph.toBytes("random-item-tower");
  }

  private GatingNetwork gating() {
    int hidden = shape.gateHidden();
    int logits = shape.logits();
    return GatingNetwork.of(
        shape,
        normal(hidden * logits, logits),
        normal(hidden, 1),
        normal(logits * hidden, hidden),
        normal(logits, 1));
  }

  private void heads(OnnxGraph graph, String x, int count) {
    int dimension = shape.baseDimension();
    int width = count * shape.componentDimension();
    String flat = linear(graph, "components", x, dimension, width);
    String vectors =
        graph.node("Reshape", flat, graph.integers(-1, count, shape.componentDimension()));
    graph.output(
        "components",
        ElementType.FLOAT,
        graph.unitLength(vectors),
        "B",
        count,
        shape.componentDimension());
    String gate = linear(graph, "gate", x, dimension, shape.logits());
    graph.output("gate", ElementType.FLOAT, gate, "B", shape.logits());
  }

  private String linear(OnnxGraph graph, String name, String x, int in, int out) {
    return graph.linear(name, x, normal(out * in, in), normal(out, 1), in, out);
  }

  /** An embedding table whose row 0 is zero. */
  private String table(OnnxGraph graph, String name, int rows) {
    float[] table = normal(rows * shape.baseDimension(), 1);
    Arrays.fill(table, 0, shape.baseDimension(), 0);
    return graph.initializer(name + ".table", table, rows, shape.baseDimension());
  }

  private static String sum(OnnxGraph graph, String x) {
    return graph.node(
        "ReduceSum", List.of(OnnxAttribute.integer("keepdims", 0)), x, graph.integers(1));
  }

  private float[] normal(int count, int inputs) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() / Math.sqrt(inputs));
    }
    return values;
  }
}
