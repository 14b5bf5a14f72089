package dev.molstream.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OnnxGraphTest {
  @Test
  void computesALinearLayerWithPyTorchsWeightOrder() throws OrtException {
    OnnxGraph graph = new OnnxGraph();
    String x = graph.input("x", ElementType.FLOAT, "B", 3);
    float[] weight = {1, 2, 3, 4, 5, 6}; // 2 × 3
    graph.output(
        "y",
        ElementType.FLOAT,
        graph.linear("layer", x, weight, new float[] {10, 20}, 3, 2),
        "B",
        2);

    float[][] y = (float[][]) run(graph, Map.of("x", new float[][] {{1, 0, 0}, {1, 1, 1}}), "y");

    assertThat(y[0]).containsExactly(11, 24);
    assertThat(y[1]).containsExactly(16, 35);
  }

  @Test
  void dividesVectorsByTheirLengthAndLeavesZeroVectorsAtZero() throws OrtException {
    OnnxGraph graph = new OnnxGraph();
    String x = graph.input("x", ElementType.FLOAT, "B", 2);
    graph.output("y", ElementType.FLOAT, graph.unitLength(x), "B", 2);

    float[][] y = (float[][]) run(graph, Map.of("x", new float[][] {{3, 4}, {0, 0}}), "y");

    assertThat(y[0]).containsExactly(new float[] {0.6f, 0.8f}, within(1e-6f));
    assertThat(y[1]).containsExactly(0, 0);
  }

  @Test
  void writesAttributesWholeNumbersAndSeveralOutputs() throws OrtException {
    OnnxGraph graph = new OnnxGraph();
    String x = graph.input("x", ElementType.INT64, "B");
    String table = graph.initializer("table", new float[] {0, 0, 1, 2, 3, 4}, 3, 2);
    String rows = graph.node("Gather", List.of(OnnxAttribute.integer("axis", 0)), table, x);
    List<String> halves =
        graph.nodes(
            "Split", 2, List.of(OnnxAttribute.integer("axis", 1)), rows, graph.integers(1, 1));
    graph.output("right", ElementType.FLOAT, graph.silu(halves.get(1)), "B", 1);

    float[][] right = (float[][]) run(graph, Map.of("x", new long[] {2, 0}), "right");

    assertThat(right[0][0]).isEqualTo((float) (4 / (1 + Math.exp(-4))), within(1e-5f));
    assertThat(right[1][0]).isZero();
  }

  @Test
  void refusesUnknownTensorsTwiceUsedNamesAndWrongSizes() {
    OnnxGraph graph = new OnnxGraph();
    graph.input("x", ElementType.FLOAT, "B");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> graph.node("Relu", "y"))
        .withMessage("Relu reads y, which no input, initializer or node has made");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> graph.input("x", ElementType.FLOAT, "B"))
        .withMessage("two tensors are named x");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> graph.initializer("w", new float[5], 2, 3))
        .withMessage("w has 5 values, its dimensions make 6");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> graph.input("z", ElementType.FLOAT, 1.5))
        .withMessage("z has dimension 1.5, neither a name nor a whole number");
  }

  private static Object run(OnnxGraph graph, Map<String, Object> inputs, String output)
      throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(graph.toBytes("test"))) {
      Map.Entry<String, Object> input = inputs.entrySet().iterator().next();
      try (OnnxTensor tensor = OnnxTensor.createTensor(environment, input.getValue());
          OrtSession.Result result =
              session.run(Map.<String, OnnxTensorLike>of(input.getKey(), tensor))) {
        return result.get(output).orElseThrow().getValue();
      }
    }
  }
}
