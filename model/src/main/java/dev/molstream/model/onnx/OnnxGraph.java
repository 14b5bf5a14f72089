package dev.molstream.model.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Builds an ONNX model (opset 17, IR version 8) node by node. Tensors are handled by name: every
 * method that makes one returns the name to use as an input further on, and tensors must be made
 * before they are used. One thread.
 *
 * <pre>{@code
 * OnnxGraph graph = new OnnxGraph();
 * String x = graph.input("x", ElementType.FLOAT, "B", 16);
 * String hidden = graph.node("Relu", graph.linear("hidden", x, weight, bias, 16, 8));
 * graph.output("y", ElementType.FLOAT, hidden, "B", 8);
 * byte[] model = graph.toBytes("example");
 * }</pre>
 */
public final class OnnxGraph {
  private static final int OPSET = 17;
  private static final int IR_VERSION = 8;

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Set<String> tensors = new HashSet<>();

  /**
   * Declares an input.
   *
   * @param dimensions a String names a size known only at run time, an Integer or Long fixes one
   */
  public String input(String name, ElementType type, Object... dimensions) {
    define(name);
    graph.addInput(valueInfo(name, type, dimensions));
    return name;
  }

  /** Declares {@code tensor} an output under the given name; dimensions as for inputs. */
  public void output(String name, ElementType type, String tensor, Object... dimensions) {
    addNode("Identity", List.of(), List.of(tensor), List.of(name));
    graph.addOutput(valueInfo(name, type, dimensions));
  }

  /** Adds weights, row major; no dimensions make a scalar. */
  public String initializer(String name, float[] values, long... dimensions) {
    requireSize(name, values.length, dimensions);
    ByteBuffer data = littleEndian(values.length * Float.BYTES);
    data.asFloatBuffer().put(values);
    return addInitializer(name, ElementType.FLOAT, data, dimensions);
  }

  /** Adds whole-number constants, row major; no dimensions make a scalar. */
  public String initializer(String name, long[] values, long... dimensions) {
    requireSize(name, values.length, dimensions);
    ByteBuffer data = littleEndian(values.length * Long.BYTES);
    data.asLongBuffer().put(values);
    return addInitializer(name, ElementType.INT64, data, dimensions);
  }

  /** Adds a float scalar. */
  public String scalar(float value) {
    return initializer(fresh("scalar"), new float[] {value});
  }

  /** Adds a whole-number scalar. */
  public String scalar(long value) {
    return initializer(fresh("scalar"), new long[] {value});
  }

  /** Adds a one-dimensional list of whole numbers: axes, a shape, the bounds of a slice. */
  public String integers(long... values) {
    return initializer(fresh("integers"), values, values.length);
  }

  /** Adds a node with one output; an empty input name leaves an optional input out. */
  public String node(String operator, String... inputs) {
    return node(operator, List.of(), inputs);
  }

  /** Adds a node with attributes and one output. */
  public String node(String operator, List<OnnxAttribute> attributes, String... inputs) {
    return nodes(operator, 1, attributes, inputs).getFirst();
  }

  /** Adds a node with several outputs, such as Split, and returns their names. */
  public List<String> nodes(
      String operator, int outputs, List<OnnxAttribute> attributes, String... inputs) {
    List<String> names = new ArrayList<>(outputs);
    for (int i = 0; i < outputs; i++) {
      names.add(fresh(operator) + "." + i);
    }
    addNode(operator, attributes, List.of(inputs), names);
    return names;
  }

  /**
   * x · Wᵀ + b over the last axis of x.
   *
   * @param name prefix of the weights' names
   * @param weight out × in, row major as PyTorch's Linear holds it
   * @param bias out values, or null for none
   */
  public String linear(
      String name, String x, float[] weight, float @Nullable [] bias, int in, int out) {
    requireSize(name + ".weight", weight.length, out, in);
    float[] transposed = new float[weight.length];
    for (int row = 0; row < out; row++) {
      for (int column = 0; column < in; column++) {
        transposed[column * out + row] = weight[row * in + column];
      }
    }
    String product = node("MatMul", x, initializer(name + ".weight", transposed, in, out));
    return bias == null ? product : node("Add", product, initializer(name + ".bias", bias, out));
  }

  /** x divided by its length along the last axis; lengths below 1e-6 count as 1e-6. */
  public String unitLength(String x) {
    String length = node("ReduceL2", List.of(OnnxAttribute.integers("axes", -1)), x);
    return node("Div", x, node("Max", length, scalar(1e-6f)));
  }

  /** x · sigmoid(x). */
  public String silu(String x) {
    return node("Mul", x, node("Sigmoid", x));
  }

  /** x · Φ(x), Φ the normal distribution by the error function. */
  public String gelu(String x) {
    String half = node("Mul", x, scalar(0.5f));
    String erf = node("Erf", node("Mul", x, scalar((float) Math.sqrt(0.5))));
    return node("Mul", half, node("Add", erf, scalar(1f)));
  }

  /** The model file's bytes. */
  public byte[] toBytes(String modelName) {
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("molstream")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
        .setGraph(graph.clone().setName(modelName))
        .build()
        .toByteArray();
  }

  private void addNode(
      String operator, List<OnnxAttribute> attributes, List<String> inputs, List<String> outputs) {
    for (String input : inputs) {
      if (!input.isEmpty() && !tensors.contains(input)) {
        throw new IllegalArgumentException(
            operator + " reads " + input + ", which no input, initializer or node has made");
      }
    }
    outputs.forEach(this::define);
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setName(operator + "_" + graph.getNodeCount())
            .setOpType(operator)
            .addAllInput(inputs)
            .addAllOutput(outputs);
    attributes.forEach(attribute -> node.addAttribute(attribute.proto()));
    graph.addNode(node);
  }

  private String addInitializer(
      String name, ElementType type, ByteBuffer data, long... dimensions) {
    define(name);
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.code())
            .setRawData(ByteString.copyFrom(data));
    for (long dimension : dimensions) {
      tensor.addDims(dimension);
    }
    graph.addInitializer(tensor);
    return name;
  }

  private static ValueInfoProto valueInfo(String name, ElementType type, Object... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object dimension : dimensions) {
      switch (dimension) {
        case String symbol -> shape.addDimBuilder().setDimParam(symbol);
        case Integer size -> shape.addDimBuilder().setDimValue(size);
        case Long size -> shape.addDimBuilder().setDimValue(size);
        default ->
            throw new IllegalArgumentException(
                name + " has dimension " + dimension + ", neither a name nor a whole number");
      }
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(type.code()).setShape(shape).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private void define(String name) {
    if (!tensors.add(name)) {
      throw new IllegalArgumentException("two tensors are named " + name);
    }
  }

  private String fresh(String prefix) {
    return prefix + "_" + graph.getNodeCount() + "_" + graph.getInitializerCount();
  }

  private static void requireSize(String name, int values, long... dimensions) {
    long size = 1;
    for (long dimension : dimensions) {
      size *= dimension;
    }
    if (size != values) {
      throw new IllegalArgumentException(
          name + " has " + values + " values, its dimensions make " + size);
    }
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
