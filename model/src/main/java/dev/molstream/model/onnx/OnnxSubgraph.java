package dev.molstream.model.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Cuts a model: what lies between one of its outputs and others becomes a model of its own. */
public final class OnnxSubgraph {
  private final GraphProto graph;
  private final String from;
  private final Map<String, NodeProto> producers = new HashMap<>();
  private final Set<String> initializers = new HashSet<>();
  private final Set<String> aliases = new HashSet<>();

  private OnnxSubgraph(GraphProto graph, String from) {
    this.graph = graph;
    this.from = from;
    for (NodeProto node : graph.getNodeList()) {
      node.getOutputList().forEach(output -> producers.put(output, node));
    }
    graph.getInitializerList().forEach(tensor -> initializers.add(tensor.getName()));
    findAliases();
  }

  /**
   * The part of a model that computes {@code outputs} from its output {@code from}, which becomes
   * the only input.
   *
   * @param model the model file's bytes, read during the call; weights outside the part are not
   *     copied
   * @return the bytes of the part, direct
   * @throws IllegalArgumentException when there is no such output, or when an output depends on an
   *     input by another way
   */
  public static ByteBuffer cut(ByteBuffer model, String from, List<String> outputs) {
    try {
      CodedInputStream bytes = UnsafeByteOperations.unsafeWrap(model.duplicate()).newCodedInput();
      bytes.enableAliasing(true);
      ModelProto whole = ModelProto.parseFrom(bytes);
      GraphProto graph = new OnnxSubgraph(whole.getGraph(), from).part(outputs);
      ModelProto part = whole.toBuilder().setGraph(graph).build();
      ByteBuffer direct = ByteBuffer.allocateDirect(part.getSerializedSize());
      CodedOutputStream target = CodedOutputStream.newInstance(direct);
      part.writeTo(target);
      target.flush();
      return direct.flip();
    } catch (IOException e) {
      throw new IllegalArgumentException("not an ONNX model: " + e.getMessage(), e);
    }
  }

  private GraphProto part(List<String> outputs) {
    GraphProto.Builder part =
        GraphProto.newBuilder().setName(graph.getName() + "-from-" + from).addInput(output(from));
    Set<NodeProto> needed = new HashSet<>();
    Set<String> constants = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    for (String name : outputs) {
      part.addOutput(output(name));
      open.add(name);
    }
    while (!open.isEmpty()) {
      String tensor = open.remove();
      NodeProto node = producers.get(tensor);
      if (initializers.contains(tensor)) {
        constants.add(tensor);
      } else if (node == null) {
        throw new IllegalArgumentException(
            "%s depend on the input %s, not only on %s".formatted(outputs, tensor, from));
      } else if (needed.add(node)) {
        node.getInputList().stream()
            .filter(input -> !input.isEmpty() && !aliases.contains(input))
            .forEach(open::add);
      }
    }
    for (NodeProto node : graph.getNodeList()) {
      if (needed.contains(node)) {
        part.addNode(readingFrom(node));
      }
    }
    for (TensorProto tensor : graph.getInitializerList()) {
      if (constants.contains(tensor.getName())) {
        part.addInitializer(tensor);
      }
    }
    return part.build();
  }

  /** The node, reading {@link #from} wherever it read the same tensor by another name. */
  private NodeProto readingFrom(NodeProto node) {
    NodeProto.Builder renamed = node.toBuilder();
    for (int i = 0; i < node.getInputCount(); i++) {
      if (aliases.contains(node.getInput(i))) {
        renamed.setInput(i, from);
      }
    }
    return renamed.build();
  }

  /** All names of the tensor {@link #from}: Identity gives outputs another one. */
  private void findAliases() {
    aliases.add(from);
    String source = from;
    NodeProto producer = producers.get(source);
    while (producer != null && producer.getOpType().equals("Identity")) {
      source = producer.getInput(0);
      aliases.add(source);
      producer = producers.get(source);
    }
    for (NodeProto node : graph.getNodeList()) { // in an order in which inputs come first
      if (node.getOpType().equals("Identity") && aliases.contains(node.getInput(0))) {
        aliases.add(node.getOutput(0));
      }
    }
  }

  private ValueInfoProto output(String name) {
    Map<String, ValueInfoProto> outputs = new LinkedHashMap<>();
    graph.getOutputList().forEach(info -> outputs.put(info.getName(), info));
    ValueInfoProto info = outputs.get(name);
    if (info == null) {
      throw new IllegalArgumentException("no output " + name + ", only " + outputs.keySet());
    }
    return info;
  }
}
