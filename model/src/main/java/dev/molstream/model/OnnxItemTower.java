package dev.molstream.model;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import dev.molstream.retrieval.MolShape;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The item tower on ONNX Runtime. Larger lists run in batches of {@value #BATCH}; the direct
 * buffers of one batch are made once.
 */
final class OnnxItemTower implements ItemTower {
  private static final int BATCH = 256;

  private final TowerSession session;
  private final @Nullable ItemHeads heads;
  private final ItemFeatureEncoder encoder;
  private final MolShape shape;
  private final FeatureSpec spec;
  private final LongBuffer rows = TowerSession.longs(BATCH);
  private final LongBuffer features;
  private final FloatBuffer content;
  private final FloatBuffer base;
  private final FloatBuffer components;
  private final FloatBuffer gate;
  private final long[] itemFeatures;
  private final float[] noContent;

  private OnnxItemTower(
      TowerSession session, @Nullable ItemHeads heads, MolShape shape, ItemFeatureEncoder encoder) {
    this.session = session;
    this.heads = heads;
    this.encoder = encoder;
    this.shape = shape;
    this.spec = encoder.spec();
    features = TowerSession.longs(BATCH * spec.maxFeatures());
    content = TowerSession.floats(BATCH * spec.contentDimension());
    base = TowerSession.floats(BATCH * shape.baseDimension());
    components = TowerSession.floats(BATCH * shape.itemFloats());
    gate = TowerSession.floats(BATCH * shape.logits());
    itemFeatures = new long[spec.maxFeatures()];
    noContent = new float[spec.contentDimension()];
  }

  /**
   * Loads an item tower.
   *
   * @throws IllegalArgumentException in one line, without the file's name
   */
  static OnnxItemTower open(ByteBuffer graph, ModelManifest manifest, ItemFeatureEncoder encoder) {
    MolShape shape = manifest.shape();
    FeatureSpec spec = manifest.features();
    List<TowerPort> inputs = new ArrayList<>();
    inputs.add(TowerPort.optional("row", OnnxJavaType.INT64, "B"));
    inputs.add(TowerPort.optional("features", OnnxJavaType.INT64, "B", spec.maxFeatures()));
    if (spec.contentDimension() > 0) {
      inputs.add(TowerPort.optional("content", OnnxJavaType.FLOAT, "B", spec.contentDimension()));
    }
    List<TowerPort> outputs =
        List.of(
            TowerPort.required("base", OnnxJavaType.FLOAT, "B", shape.baseDimension()),
            TowerPort.required(
                "components",
                OnnxJavaType.FLOAT,
                "B",
                shape.itemComponents(),
                shape.componentDimension()),
            TowerPort.required("gate", OnnxJavaType.FLOAT, "B", shape.logits()));
    TowerSession session = TowerSession.open("the item tower", graph, inputs, outputs);
    return new OnnxItemTower(session, headsIn(graph, shape), shape, encoder);
  }

  private static @Nullable ItemHeads headsIn(ByteBuffer graph, MolShape shape) {
    try {
      return ItemHeads.open(graph, shape);
    } catch (IllegalArgumentException theyReadMoreThanTheBaseVector) {
      return null;
    }
  }

  @Override
  public List<ItemVectors> embed(List<ItemContent> items) {
    List<ItemVectors> vectors = new ArrayList<>(items.size());
    for (int from = 0; from < items.size(); from += BATCH) {
      List<ItemContent> batch = items.subList(from, Math.min(from + BATCH, items.size()));
      for (int i = 0; i < batch.size(); i++) {
        ItemContent item = batch.get(i);
        encoder.features(item, itemFeatures, 0);
        put(i, encoder.row(item.itemId()), itemFeatures, contentOf(item));
      }
      run(batch.size());
      for (int i = 0; i < batch.size(); i++) {
        vectors.add(get(i, "item " + batch.get(i).itemId()));
      }
    }
    return vectors;
  }

  /** Writes the batch's {@code i}-th input. */
  void put(int i, int row, long[] itemFeatures, float[] itemContent) {
    rows.put(i, row);
    features.put(i * spec.maxFeatures(), itemFeatures);
    content.put(i * spec.contentDimension(), itemContent);
  }

  /** Runs the first {@code count} inputs written. */
  void run(int count) {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    Map<String, OnnxTensor> outputs = new HashMap<>();
    try {
      if (session.reads("row")) {
        inputs.put("row", session.tensor(rows.slice(0, count), count));
      }
      if (session.reads("features")) {
        inputs.put("features", longs(features, count, spec.maxFeatures()));
      }
      if (session.reads("content")) {
        inputs.put("content", floats(content, count, spec.contentDimension()));
      }
      outputs.put("base", floats(base, count, shape.baseDimension()));
      outputs.put(
          "components",
          floats(components, count, shape.itemComponents(), shape.componentDimension()));
      outputs.put("gate", floats(gate, count, shape.logits()));
      session.run(inputs, outputs);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
      outputs.values().forEach(OnnxTensor::close);
    }
  }

  /** Reads the batch's {@code i}-th output; {@code of} names the item should it not be finite. */
  ItemVectors get(int i, String of) {
    ItemVectors vectors =
        new ItemVectors(
            new float[shape.baseDimension()],
            new float[shape.itemFloats()],
            new float[shape.logits()]);
    base.get(i * shape.baseDimension(), vectors.base());
    components.get(i * shape.itemFloats(), vectors.components());
    gate.get(i * shape.logits(), vectors.gate());
    session.requireFinite("base", vectors.base(), of);
    session.requireFinite("components", vectors.components(), of);
    session.requireFinite("gate", vectors.gate(), of);
    return vectors;
  }

  @Override
  public boolean acceptsBase() {
    return heads != null;
  }

  @Override
  public ItemVectors fromBase(float[] vector) {
    if (heads == null) {
      throw new IllegalStateException("the item tower's heads read more than the base vector");
    }
    if (vector.length != shape.baseDimension()) {
      throw new IllegalArgumentException(
          "a base vector has %d numbers, the item tower's heads read %d"
              .formatted(vector.length, shape.baseDimension()));
    }
    ItemVectors vectors =
        new ItemVectors(vector.clone(), new float[shape.itemFloats()], new float[shape.logits()]);
    heads.run(1, vector, vectors.components(), vectors.gate());
    VectorRules.requireUnitLength("component", vectors.components(), shape);
    VectorRules.requireUsable("gate", vectors.gate());
    return vectors;
  }

  @Override
  public void close() {
    session.close();
    if (heads != null) {
      heads.close();
    }
  }

  private float[] contentOf(ItemContent item) {
    float[] embedding = item.contentEmbedding();
    if (embedding == null || spec.contentDimension() == 0) {
      return noContent;
    }
    if (embedding.length != spec.contentDimension()) {
      throw new IllegalArgumentException(
          "item %s has a content embedding of %d floats, valid is %d"
              .formatted(item.itemId(), embedding.length, spec.contentDimension()));
    }
    for (float value : embedding) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException(
            "item %s has a content embedding holding %s, valid are finite numbers"
                .formatted(item.itemId(), value));
      }
    }
    return embedding;
  }

  private OnnxTensor longs(LongBuffer buffer, int count, int width) {
    return session.tensor(buffer.slice(0, count * width), count, width);
  }

  private OnnxTensor floats(FloatBuffer buffer, int count, int width) {
    return session.tensor(buffer.slice(0, count * width), count, width);
  }

  private OnnxTensor floats(FloatBuffer buffer, int count, int vectors, int width) {
    return session.tensor(buffer.slice(0, count * vectors * width), count, vectors, width);
  }
}
