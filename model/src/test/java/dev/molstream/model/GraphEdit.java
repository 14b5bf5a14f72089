package dev.molstream.model;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;

/** Changes to a tower's graph that exporters and their users make by mistake. */
record GraphEdit(GraphProto.Builder graph) {

  /** Declares an input; dimensions are names or numbers. */
  void addInput(String name, DataType type, Object... dimensions) {
    graph.addInput(valueInfo(name, type, dimensions));
  }

  /** Declares an input otherwise, converted by a node for those who read it. */
  void redeclareInput(
      String name, DataType type, List<?> dimensions, NodeProto.Builder conversion) {
    graph.setInput(index(graph.getInputList(), name), valueInfo(name, type, dimensions.toArray()));
    replaceInNodes(name, name + ".converted");
    graph.addNode(0, reading(name, conversion).addOutput(name + ".converted"));
  }

  /** Declares an input with other dimensions and nothing else. */
  void redeclareInput(String name, DataType type, Object... dimensions) {
    graph.setInput(index(graph.getInputList(), name), valueInfo(name, type, dimensions));
  }

  /** Declares an output otherwise, made by a node from what it was. */
  void redeclareOutput(
      String name, DataType type, List<?> dimensions, NodeProto.Builder conversion) {
    convertOutput(name, conversion);
    graph.setOutput(
        index(graph.getOutputList(), name), valueInfo(name, type, dimensions.toArray()));
  }

  /** Puts a node between an output and what made it. */
  void convertOutput(String name, NodeProto.Builder conversion) {
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      for (int i = 0; i < node.getOutputCount(); i++) {
        if (node.getOutput(i).equals(name)) {
          node.setOutput(i, name + ".before");
        }
      }
    }
    replaceInNodes(name, name + ".before");
    graph.addNode(reading(name + ".before", conversion).addOutput(name));
  }

  /** Removes an input; those who read it read the given tensor. */
  void removeInput(String name, String instead) {
    graph.removeInput(index(graph.getInputList(), name));
    replaceInNodes(name, instead);
  }

  void renameInput(String name, String to) {
    graph.getInputBuilder(index(graph.getInputList(), name)).setName(to);
    replaceInNodes(name, to);
  }

  void renameOutput(String name, String to) {
    convertOutput(name, node("Identity"));
    graph.getOutputBuilder(index(graph.getOutputList(), name)).setName(to);
    graph.getNodeBuilder(graph.getNodeCount() - 1).setOutput(0, to);
  }

  /** Adds a node with one output before all others. */
  String prepend(String output, NodeProto.Builder node) {
    graph.addNode(0, node.addOutput(output));
    return output;
  }

  /** Adds a node with one output after all others. */
  String append(String output, NodeProto.Builder node) {
    graph.addNode(node.addOutput(output));
    return output;
  }

  /** Adds a list of whole numbers. */
  String constant(String name, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(DataType.INT64.getNumber());
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    graph.addInitializer(tensor.addDims(values.length));
    return name;
  }

  /** Zeros of the given dimensions. */
  String zeros(String name, int... dimensions) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(DataType.FLOAT.getNumber());
    int size = 1;
    for (int dimension : dimensions) {
      tensor.addDims(dimension);
      size *= dimension;
    }
    for (int i = 0; i < size; i++) {
      tensor.addFloatData(0);
    }
    graph.addInitializer(tensor);
    return name;
  }

  String wholeNumber(String name, long value) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(DataType.INT64.getNumber())
            .addInt64Data(value));
    return name;
  }

  String scalar(String name, float value) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(DataType.FLOAT.getNumber())
            .addFloatData(value));
    return name;
  }

  static NodeProto.Builder node(String operator, String... inputs) {
    return NodeProto.newBuilder().setOpType(operator).addAllInput(List.of(inputs));
  }

  static NodeProto.Builder cast(DataType to) {
    return node("Cast").addAttribute(integer("to", to.getNumber()));
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto integers(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INTS)
        .addInts(value)
        .build();
  }

  private static NodeProto.Builder reading(String first, NodeProto.Builder node) {
    List<String> others = List.copyOf(node.getInputList());
    return node.clearInput().addInput(first).addAllInput(others);
  }

  private void replaceInNodes(String input, String by) {
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      for (int i = 0; i < node.getInputCount(); i++) {
        if (node.getInput(i).equals(input)) {
          node.setInput(i, by);
        }
      }
    }
  }

  private static int index(List<ValueInfoProto> ports, String name) {
    return ports.stream().map(ValueInfoProto::getName).toList().indexOf(name);
  }

  private static ValueInfoProto valueInfo(String name, DataType type, Object... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object dimension : dimensions) {
      if (dimension instanceof Integer size) {
        shape.addDimBuilder().setDimValue(size);
      } else {
        shape.addDimBuilder().setDimParam(dimension.toString());
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }
}
