package dev.molstream.model;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import dev.molstream.model.onnx.OnnxSubgraph;
import dev.molstream.retrieval.MolShape;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The end of an item tower: components and gate from a base vector, without the item's content. For
 * vectors that belong to no item, such as those of a synthetic catalogue. One thread at a time;
 * allocates little per call.
 */
public final class ItemHeads implements AutoCloseable {
  /** Most base vectors per call. */
  public static final int BATCH = 256;

  private final TowerSession session;
  private final MolShape shape;
  private final FloatBuffer base;
  private final FloatBuffer components;
  private final FloatBuffer gate;

  private ItemHeads(TowerSession session, MolShape shape) {
    this.session = session;
    this.shape = shape;
    base = TowerSession.floats(BATCH * shape.baseDimension());
    components = TowerSession.floats(BATCH * shape.itemFloats());
    gate = TowerSession.floats(BATCH * shape.logits());
  }

  /**
   * Cuts the heads out of an item tower.
   *
   * @throws IllegalArgumentException when they read more than the base vector
   */
  static ItemHeads open(ByteBuffer itemTower, MolShape shape) {
    ByteBuffer graph = OnnxSubgraph.cut(itemTower, "base", List.of("components", "gate"));
    List<TowerPort> inputs =
        List.of(TowerPort.required("base", OnnxJavaType.FLOAT, "B", shape.baseDimension()));
    List<TowerPort> outputs =
        List.of(
            TowerPort.required(
                "components",
                OnnxJavaType.FLOAT,
                "B",
                shape.itemComponents(),
                shape.componentDimension()),
            TowerPort.required("gate", OnnxJavaType.FLOAT, "B", shape.logits()));
    return new ItemHeads(
        TowerSession.open("the item tower's heads", graph, inputs, outputs), shape);
  }

  /**
   * Computes components and gates of the first {@code count} base vectors.
   *
   * @param count 1 to {@value #BATCH}
   * @param bases at least count × D floats
   * @param itemComponents receives count × P_X × d floats
   * @param itemGates receives count × L floats
   * @throws IllegalStateException when the graph fails or is closed
   */
  public void run(int count, float[] bases, float[] itemComponents, float[] itemGates) {
    if (count < 1 || count > BATCH) {
      throw new IllegalArgumentException("count " + count + " is not within 1 to " + BATCH);
    }
    base.put(0, bases, 0, count * shape.baseDimension());
    Map<String, OnnxTensor> inputs = new HashMap<>();
    Map<String, OnnxTensor> outputs = new HashMap<>();
    try {
      inputs.put(
          "base",
          session.tensor(
              base.slice(0, count * shape.baseDimension()), count, shape.baseDimension()));
      outputs.put(
          "components",
          session.tensor(
              components.slice(0, count * shape.itemFloats()),
              count,
              shape.itemComponents(),
              shape.componentDimension()));
      outputs.put(
          "gate", session.tensor(gate.slice(0, count * shape.logits()), count, shape.logits()));
      session.run(inputs, outputs);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
      outputs.values().forEach(OnnxTensor::close);
    }
    components.get(0, itemComponents, 0, count * shape.itemFloats());
    gate.get(0, itemGates, 0, count * shape.logits());
  }

  @Override
  public void close() {
    session.close();
  }
}
