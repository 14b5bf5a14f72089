package dev.molstream.training.export;

import dev.molstream.model.encoder.TimeBuckets;
import dev.molstream.model.onnx.ElementType;
import dev.molstream.model.onnx.OnnxAttribute;
import dev.molstream.model.onnx.OnnxGraph;
import dev.molstream.training.network.EncoderShape;
import dev.molstream.training.network.Parameters;
import java.util.List;

/** {@link dev.molstream.training.network.HstuEncoder} as ONNX, for the last event. */
final class HstuGraph {
  private final OnnxGraph graph;
  private final EncoderShape shape;
  private final Parameters weights;
  private final BlockGraph block;

  HstuGraph(OnnxGraph graph, EncoderShape shape, Parameters weights) {
    this.graph = graph;
    this.shape = shape;
    this.weights = weights;
    this.block = new BlockGraph(graph, shape, weights);
  }

  /** History [B, n, D] to [B, D]. Declares the inputs {@code times} and {@code request_time}. */
  String encode(String history, LastEvent last) {
    String gaps = shape.readsTimes() ? gaps(last) : "";
    int longest = shape.maxHistory();
    String causal = last.square("causal", lower(longest, _ -> 1f / longest), longest);
    String x = graph.node("Mul", history, graph.scalar((float) Math.sqrt(shape.width())));
    for (int i = 0; i < shape.blocks(); i++) {
      boolean served = i == shape.blocks() - 1;
      String name = "encoder." + i;
      float[] table = weights.values(name + ".distance");
      String bias = last.square(name + ".bias", lower(longest, back -> table[back]), longest);
      String rows = served ? last.row(x) : x;
      String biasRows = served ? fourAxes(last.row(bias)) : bias;
      if (shape.readsTimes()) {
        String own = timeBias(name, served ? last.row(gaps) : gaps);
        biasRows = graph.node("Add", biasRows, own);
      }
      x = block(name, x, rows, biasRows, served ? fourAxes(last.row(causal)) : causal);
    }
    return block.onlyRow(block.layerNorm(x));
  }

  /** What the targets see in x: the targets are x itself or its last row. */
  private String block(String name, String x, String targets, String bias, String causal) {
    String normal = block.layerNorm(x);
    String targetNormal = block.layerNorm(targets);
    String u = graph.silu(block.linear(name + ".input", targetNormal, 0));
    String values = block.heads(graph.silu(block.linear(name + ".input", normal, 1)));
    String queries = block.heads(graph.silu(block.linear(name + ".input", targetNormal, 2)));
    String keys = block.heads(graph.silu(block.linear(name + ".input", normal, 3)));
    String products = graph.node("MatMul", queries, block.transposed(keys));
    String attention = graph.node("Mul", graph.silu(graph.node("Add", products, bias)), causal);
    String gathered = block.layerNorm(block.joined(graph.node("MatMul", attention, values)));
    String added = block.linear(name + ".output", graph.node("Mul", u, gathered), 0);
    return graph.node("Add", targets, added);
  }

  /** ln(seconds) / width of each event's gap to each one before it, [B, n, n], not yet cut. */
  private String gaps(LastEvent last) {
    String times = graph.input("times", ElementType.INT64, "B", "n");
    String request = graph.input("request_time", ElementType.INT64, "B");
    String shifted =
        graph.node(
            "Slice",
            times,
            graph.integers(1),
            graph.integers(Integer.MAX_VALUE),
            graph.integers(1));
    List<OnnxAttribute> columns = List.of(OnnxAttribute.integer("axis", 1));
    String end = graph.node("Unsqueeze", request, graph.integers(1));
    String next = last.replaced(graph.node("Concat", columns, shifted, end), request);
    String millis =
        graph.node(
            "Sub",
            graph.node("Unsqueeze", next, graph.integers(2)),
            graph.node("Unsqueeze", times, graph.integers(1)));
    String seconds =
        graph.node("Div", graph.node("Abs", cast(millis, ElementType.FLOAT)), graph.scalar(1000f));
    String logarithm = graph.node("Log", graph.node("Max", seconds, graph.scalar(1f)));
    return graph.node("Div", logarithm, graph.scalar(TimeBuckets.WIDTH));
  }

  /** [B, n or 1, n] to a bias [B, 1, n or 1, n]. */
  private String timeBias(String name, String gaps) {
    float[] table = weights.values(name + ".time-gap");
    String bucket =
        graph.node("Min", cast(gaps, ElementType.INT64), graph.scalar(table.length - 1L));
    String biases =
        graph.node("Gather", graph.initializer(name + ".time-gap", table, table.length), bucket);
    return graph.node("Unsqueeze", biases, graph.integers(1));
  }

  private String cast(String tensor, ElementType type) {
    return graph.node("Cast", List.of(OnnxAttribute.integer("to", type.code())), tensor);
  }

  /** [B, 1, n] to [B, 1, 1, n], to go with the heads. */
  private String fourAxes(String row) {
    return graph.node("Unsqueeze", row, graph.integers(1));
  }

  private interface ByDistance {
    float value(int back);
  }

  /** Row major [n, n], by distance on and below the diagonal, 0 above. */
  private static float[] lower(int n, ByDistance values) {
    float[] matrix = new float[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        matrix[i * n + j] = values.value(i - j);
      }
    }
    return matrix;
  }
}
