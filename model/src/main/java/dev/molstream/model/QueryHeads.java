package dev.molstream.model;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import dev.molstream.model.onnx.OnnxSubgraph;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;

/**
 * The end of a query tower: components and gate from the encoder's output, for queries that an
 * encoder elsewhere made. One thread at a time; allocates little per call.
 */
final class QueryHeads implements AutoCloseable {
  private final TowerSession session;
  private final MolShape shape;
  private final FloatBuffer encoded;
  private final FloatBuffer components;
  private final FloatBuffer gate;
  private final Map<String, OnnxTensor> inputs;
  private final Map<String, OnnxTensor> outputs;

  private QueryHeads(TowerSession session, MolShape shape) {
    this.session = session;
    this.shape = shape;
    encoded = TowerSession.floats(shape.baseDimension());
    components = TowerSession.floats(shape.queryFloats());
    gate = TowerSession.floats(shape.logits());
    inputs = Map.of("encoded", session.tensor(encoded, 1, shape.baseDimension()));
    outputs =
        Map.of(
            "components",
            session.tensor(components, 1, shape.queryComponents(), shape.componentDimension()),
            "gate",
            session.tensor(gate, 1, shape.logits()));
  }

  /**
   * Cuts the heads out of a query tower that has an output {@code encoded}.
   *
   * @throws IllegalArgumentException when they read more than the encoder's output
   */
  static QueryHeads open(ByteBuffer queryTower, MolShape shape) {
    ByteBuffer graph = OnnxSubgraph.cut(queryTower, "encoded", List.of("components", "gate"));
    List<TowerPort> inputs =
        List.of(TowerPort.required("encoded", OnnxJavaType.FLOAT, "B", shape.baseDimension()));
    List<TowerPort> outputs =
        List.of(
            TowerPort.required(
                "components",
                OnnxJavaType.FLOAT,
                "B",
                shape.queryComponents(),
                shape.componentDimension()),
            TowerPort.required("gate", OnnxJavaType.FLOAT, "B", shape.logits()));
    return new QueryHeads(
        TowerSession.open("the query tower's heads", graph, inputs, outputs), shape);
  }

  /**
   * Computes the query of an encoder's output.
   *
   * @param vector D floats
   * @throws IllegalArgumentException when no query follows from it
   * @throws IllegalStateException when the graph fails or is closed
   */
  void run(float[] vector, MolQuery target) {
    if (vector.length != shape.baseDimension()) {
      throw new IllegalArgumentException(
          "an encoder's output has %d numbers, the query tower's heads read %d"
              .formatted(vector.length, shape.baseDimension()));
    }
    encoded.put(0, vector);
    session.run(inputs, outputs);
    components.get(0, target.components());
    gate.get(0, target.gate());
    VectorRules.requireUnitLength("component", target.components(), shape);
    VectorRules.requireUsable("gate", target.gate());
  }

  /**
   * Computes the query of what our own encoder gave for {@code history}.
   *
   * @throws IllegalStateException when what it gives is not finite
   */
  void encode(float[] vector, QueryHistory history, MolQuery target) {
    encoded.put(0, vector);
    session.run(inputs, outputs);
    components.get(0, target.components());
    gate.get(0, target.gate());
    session.requireFinite("components", target.components(), history);
    session.requireFinite("gate", target.gate(), history);
  }

  @Override
  public void close() {
    if (!session.closed()) {
      session.close();
      inputs.values().forEach(OnnxTensor::close);
      outputs.values().forEach(OnnxTensor::close);
    }
  }
}
