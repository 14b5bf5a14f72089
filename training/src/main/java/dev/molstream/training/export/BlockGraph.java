package dev.molstream.training.export;

import dev.molstream.model.onnx.OnnxAttribute;
import dev.molstream.model.onnx.OnnxGraph;
import dev.molstream.training.network.EncoderShape;
import dev.molstream.training.network.Parameters;
import dev.molstream.training.network.SequenceEncoder;
import java.util.Arrays;
import java.util.List;

/** The pieces both encoders' blocks are made of. */
final class BlockGraph {
  private final OnnxGraph graph;
  private final EncoderShape shape;
  private final Parameters weights;
  private final String ones;
  private final String zeros;

  BlockGraph(OnnxGraph graph, EncoderShape shape, Parameters weights) {
    this.graph = graph;
    this.shape = shape;
    this.weights = weights;
    int width = shape.width();
    float[] one = new float[width];
    Arrays.fill(one, 1);
    this.ones = graph.initializer("norm.ones", one, width);
    this.zeros = graph.initializer("norm.zeros", new float[width], width);
  }

  String layerNorm(String x) {
    return graph.node(
        "LayerNormalization",
        List.of(
            OnnxAttribute.integer("axis", -1),
            OnnxAttribute.number("epsilon", (float) SequenceEncoder.NORM_EPSILON)),
        x,
        ones,
        zeros);
  }

  /** The part-th of the equal slices of a linear layer D → parts·D. */
  String linear(String name, String x, int part) {
    int width = shape.width();
    float[] weight = weights.values(name + ".weight");
    float[] bias = weights.values(name + ".bias");
    return graph.linear(
        name + "." + part,
        x,
        Arrays.copyOfRange(weight, part * width * width, (part + 1) * width * width),
        Arrays.copyOfRange(bias, part * width, (part + 1) * width),
        width,
        width);
  }

  /** [B, n, D] to [B, heads, n, D/heads]. */
  String heads(String rows) {
    String split =
        graph.node(
            "Reshape", rows, graph.integers(0, 0, shape.heads(), shape.width() / shape.heads()));
    return graph.node("Transpose", List.of(OnnxAttribute.integers("perm", 0, 2, 1, 3)), split);
  }

  /** [B, heads, n, D/heads] to [B, n, D]. */
  String joined(String heads) {
    String rows =
        graph.node("Transpose", List.of(OnnxAttribute.integers("perm", 0, 2, 1, 3)), heads);
    return graph.node("Reshape", rows, graph.integers(0, 0, shape.width()));
  }

  String transposed(String heads) {
    return graph.node("Transpose", List.of(OnnxAttribute.integers("perm", 0, 1, 3, 2)), heads);
  }

  /** [B, 1, D] to [B, D]. */
  String onlyRow(String rows) {
    return graph.node("Squeeze", rows, graph.integers(1));
  }
}
