package dev.molstream.model;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The query tower on ONNX Runtime. Inputs and outputs are direct buffers made once; the tensors
 * over them depend on the history's length and are kept per length, so that a call copies the
 * history in, runs, and copies the result out.
 */
final class OnnxQueryTower implements QueryTower {
  private final TowerSession session;
  private final MolShape shape;
  private final int maxHistory;
  private final FloatBuffer history;
  private final FloatBuffer mask;
  private final LongBuffer actions;
  private final LongBuffer times;
  private final LongBuffer requestTime = TowerSession.longs(1);
  private final LongBuffer user = TowerSession.longs(1);
  private final FloatBuffer components;
  private final FloatBuffer gate;
  private final Map<String, OnnxTensor> outputs;
  private final @Nullable Map<String, OnnxTensor>[] inputsByLength;
  private final @Nullable QueryHeads heads;

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of maps has no other form
  private OnnxQueryTower(
      TowerSession session, MolShape shape, int maxHistory, @Nullable QueryHeads heads) {
    this.session = session;
    this.heads = heads;
    this.shape = shape;
    this.maxHistory = maxHistory;
    history = TowerSession.floats(maxHistory * shape.baseDimension());
    mask = TowerSession.floats(maxHistory);
    for (int i = 0; i < maxHistory; i++) {
      mask.put(i, 1);
    }
    actions = TowerSession.longs(maxHistory);
    times = TowerSession.longs(maxHistory);
    components = TowerSession.floats(shape.queryFloats());
    gate = TowerSession.floats(shape.logits());
    outputs =
        Map.of(
            "components",
            session.tensor(components, 1, shape.queryComponents(), shape.componentDimension()),
            "gate",
            session.tensor(gate, 1, shape.logits()));
    inputsByLength = new Map[maxHistory + 1];
  }

  /**
   * Loads a query tower.
   *
   * @throws IllegalArgumentException in one line, without the file's name
   */
  static OnnxQueryTower open(ByteBuffer graph, ModelManifest manifest) {
    MolShape shape = manifest.shape();
    List<TowerPort> inputs =
        List.of(
            TowerPort.required("history", OnnxJavaType.FLOAT, "B", "n", shape.baseDimension()),
            TowerPort.optional("mask", OnnxJavaType.FLOAT, "B", "n"),
            TowerPort.optional("actions", OnnxJavaType.INT64, "B", "n"),
            TowerPort.optional("times", OnnxJavaType.INT64, "B", "n"),
            TowerPort.optional("request_time", OnnxJavaType.INT64, "B"),
            TowerPort.optional("user", OnnxJavaType.INT64, "B"));
    List<TowerPort> outputs =
        List.of(
            TowerPort.required(
                "components",
                OnnxJavaType.FLOAT,
                "B",
                shape.queryComponents(),
                shape.componentDimension()),
            TowerPort.required("gate", OnnxJavaType.FLOAT, "B", shape.logits()),
            TowerPort.optional("encoded", OnnxJavaType.FLOAT, "B", shape.baseDimension()));
    TowerSession session = TowerSession.open("the query tower", graph, inputs, outputs);
    try {
      QueryHeads heads = session.gives("encoded") ? QueryHeads.open(graph, shape) : null;
      return new OnnxQueryTower(session, shape, manifest.maxHistory(), heads);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  @Override
  public void encode(QueryHistory events, long requestTimeMillis, MolQuery target) {
    events.requireFits(shape, maxHistory);
    int length = events.length();
    history.put(0, events.vectors(), 0, length * shape.baseDimension());
    actions.put(0, events.actions(), 0, length);
    times.put(0, events.timestamps(), 0, length);
    requestTime.put(0, requestTimeMillis);
    user.put(0, events.userHash());
    session.run(inputs(length), outputs);
    components.get(0, target.components());
    gate.get(0, target.gate());
    session.requireFinite("components", target.components(), events);
    session.requireFinite("gate", target.gate(), events);
  }

  @Override
  public boolean acceptsEncoded() {
    return heads != null;
  }

  @Override
  public void fromEncoded(float[] encoded, MolQuery target) {
    if (heads == null) {
      throw new IllegalStateException("the query tower has no output encoded");
    }
    heads.run(encoded, target);
  }

  @Override
  public void close() {
    if (session.closed()) {
      return;
    }
    session.close();
    if (heads != null) {
      heads.close();
    }
    for (Map<String, OnnxTensor> inputs : inputsByLength) {
      if (inputs != null) {
        inputs.values().forEach(OnnxTensor::close);
      }
    }
    outputs.values().forEach(OnnxTensor::close);
  }

  private Map<String, OnnxTensor> inputs(int length) {
    Map<String, OnnxTensor> known = inputsByLength[length];
    if (known != null) {
      return known;
    }
    Map<String, OnnxTensor> inputs = new HashMap<>();
    int dimension = shape.baseDimension();
    inputs.put(
        "history", session.tensor(history.slice(0, length * dimension), 1, length, dimension));
    if (session.reads("mask")) {
      inputs.put("mask", session.tensor(mask.slice(0, length), 1, length));
    }
    if (session.reads("actions")) {
      inputs.put("actions", session.tensor(actions.slice(0, length), 1, length));
    }
    if (session.reads("times")) {
      inputs.put("times", session.tensor(times.slice(0, length), 1, length));
    }
    if (session.reads("request_time")) {
      inputs.put("request_time", session.tensor(requestTime, 1));
    }
    if (session.reads("user")) {
      inputs.put("user", session.tensor(user, 1));
    }
    inputsByLength[length] = inputs;
    return inputs;
  }
}
