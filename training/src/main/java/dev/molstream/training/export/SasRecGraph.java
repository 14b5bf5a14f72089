package dev.molstream.training.export;

import dev.molstream.model.onnx.OnnxAttribute;
import dev.molstream.model.onnx.OnnxGraph;
import dev.molstream.training.network.EncoderShape;
import dev.molstream.training.network.Parameters;
import java.util.List;

/** {@link dev.molstream.training.network.SasRecEncoder} as ONNX, for the last event. */
final class SasRecGraph {
  private static final float NEVER = -1e9f;

  private final OnnxGraph graph;
  private final EncoderShape shape;
  private final Parameters weights;
  private final BlockGraph block;

  SasRecGraph(OnnxGraph graph, EncoderShape shape, Parameters weights) {
    this.graph = graph;
    this.shape = shape;
    this.weights = weights;
    this.block = new BlockGraph(graph, shape, weights);
  }

  /** History [B, n, D] to [B, D]. */
  String encode(String history, LastEvent last) {
    int longest = shape.maxHistory();
    String later = last.square("later", later(longest), longest);
    String positions =
        last.rows("positions", weights.values("encoder.positions"), longest, shape.width());
    String scaled = graph.node("Mul", history, graph.scalar((float) Math.sqrt(shape.width())));
    String x = graph.node("Add", scaled, positions);
    for (int i = 0; i < shape.blocks(); i++) {
      boolean served = i == shape.blocks() - 1;
      String name = "encoder." + i;
      x =
          served
              ? block(
                  name, x, last.row(x), graph.node("Unsqueeze", last.row(later), graph.integers(1)))
              : block(name, x, x, later);
    }
    return block.onlyRow(block.layerNorm(x));
  }

  /** What the targets see in x: the targets are x itself or its last row. */
  private String block(String name, String x, String targets, String later) {
    String normal = block.layerNorm(x);
    String targetNormal = block.layerNorm(targets);
    String queries = block.heads(block.linear(name + ".attention", targetNormal, 0));
    String keys = block.heads(block.linear(name + ".attention", normal, 1));
    String values = block.heads(block.linear(name + ".attention", normal, 2));
    float scale = (float) (1 / Math.sqrt((double) shape.width() / shape.heads()));
    String products =
        graph.node(
            "Mul", graph.node("MatMul", queries, block.transposed(keys)), graph.scalar(scale));
    String attention =
        graph.node(
            "Softmax",
            List.of(OnnxAttribute.integer("axis", -1)),
            graph.node("Add", products, later));
    String joined = block.joined(graph.node("MatMul", attention, values));
    String attended = graph.node("Add", targetNormal, block.linear(name + ".output", joined, 0));
    String again = block.layerNorm(attended);
    String inner = graph.node("Relu", block.linear(name + ".inner", again, 0));
    return graph.node("Add", again, block.linear(name + ".outer", inner, 0));
  }

  /** Row major [n, n]: 0 on and below the diagonal, never above. */
  private static float[] later(int n) {
    float[] matrix = new float[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++) {
        matrix[i * n + j] = NEVER;
      }
    }
    return matrix;
  }
}
