package dev.molstream.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class OnnxSubgraphTest {
  @Test
  void keepsOnlyWhatLiesBetween() throws Exception {
    // given x → (base = relu(x + before)) → y = base + after
    OnnxGraph graph = new OnnxGraph();
    String x = graph.input("x", ElementType.FLOAT, "B", 1);
    String sum = graph.node("Add", x, graph.initializer("before", new float[] {1}, 1));
    String base = graph.node("Relu", sum);
    graph.output("base", ElementType.FLOAT, base, "B", 1);
    String y = graph.node("Add", base, graph.initializer("after", new float[] {2}, 1));
    graph.output("y", ElementType.FLOAT, y, "B", 1);

    // when
    ByteBuffer part = OnnxSubgraph.cut(bytes(graph), "base", List.of("y"));

    // then
    GraphProto cut = ModelProto.parseFrom(part).getGraph();
    assertThat(cut.getInputList()).extracting(ValueInfoProto::getName).containsExactly("base");
    assertThat(cut.getOutputList()).extracting(ValueInfoProto::getName).containsExactly("y");
    assertThat(cut.getInitializerList()).extracting(TensorProto::getName).containsExactly("after");
    assertThat(cut.getNodeList())
        .extracting(NodeProto::getOpType)
        .containsExactly("Add", "Identity");
    assertThat(cut.getNode(0).getInputList()).containsExactly("base", "after");
  }

  @Test
  void refusesAnOutputThatReadsAnInputByAnotherWay() {
    OnnxGraph graph = new OnnxGraph();
    String x = graph.input("x", ElementType.FLOAT, "B", 1);
    String base = graph.node("Relu", x);
    graph.output("base", ElementType.FLOAT, base, "B", 1);
    graph.output("y", ElementType.FLOAT, graph.node("Add", base, x), "B", 1);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> OnnxSubgraph.cut(bytes(graph), "base", List.of("y")))
        .withMessage("[y] depend on the input x, not only on base");
  }

  @Test
  void refusesAnUnknownOutput() {
    OnnxGraph graph = new OnnxGraph();
    String x = graph.input("x", ElementType.FLOAT, "B", 1);
    graph.output("y", ElementType.FLOAT, graph.node("Relu", x), "B", 1);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> OnnxSubgraph.cut(bytes(graph), "base", List.of("y")))
        .withMessage("no output base, only [y]");
  }

  private static ByteBuffer bytes(OnnxGraph graph) {
    return ByteBuffer.wrap(graph.toBytes("whole"));
  }
}
