package dev.molstream.training.export;

import dev.molstream.model.onnx.OnnxGraph;
import dev.molstream.training.network.EncoderShape;
import dev.molstream.training.network.Parameters;

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

  /** History [B, n, D] to [B, D]. */
  String encode(String history, LastEvent last) {
    int longest = shape.maxHistory();
    String causal = last.square("causal", lower(longest, _ -> 1f / longest), longest);
    String x = graph.node("Mul", history, graph.scalar((float) Math.sqrt(shape.width())));
    for (int i = 0; i < shape.blocks(); i++) {
      boolean served = i == shape.blocks() - 1;
      String name = "encoder." + i;
      float[] table = weights.values(name + ".distance");
      String bias = last.square(name + ".bias", lower(longest, back -> table[back]), longest);
      x =
          served
              ? block(name, x, last.row(x), fourAxes(last.row(bias)), fourAxes(last.row(causal)))
              : block(name, x, x, bias, causal);
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
