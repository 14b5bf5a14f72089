package dev.molstream.updater;

import dev.molstream.model.ItemContent;
import dev.molstream.model.ItemTower;
import dev.molstream.model.ItemVectors;
import dev.molstream.model.ModelManifest;
import dev.molstream.schemas.ItemEmbedding;
import dev.molstream.schemas.ItemUpdate;
import dev.molstream.schemas.PackedFloats;
import dev.molstream.schemas.ReadyVectors;
import dev.molstream.service.InvalidRecordException;
import dev.molstream.service.MolstreamMetric;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs batches of items through one model's item tower, which all tasks share: a tower holds the
 * model's id table, too much to have once per partition. Items that bring their vectors keep them.
 * One call at a time, any thread.
 */
final class ItemEmbedder {
  private final String modelId;
  private final int contentDimension;
  private final ItemTower tower;
  private final ReadyItems readyItems;
  private final Timer passes;

  /**
   * @param tower borrowed; used by no one else
   */
  ItemEmbedder(ModelManifest model, ItemTower tower, MeterRegistry registry) {
    this.modelId = model.modelId();
    this.contentDimension = model.features().contentDimension();
    this.tower = tower;
    this.readyItems = new ReadyItems(model, tower);
    this.passes = MolstreamMetric.EMBEDDING_BATCH_TIME.timer(registry);
  }

  /**
   * A valid update with all vectors, when it brings any: what is missing follows from its base
   * vector. Otherwise the update itself.
   *
   * @throws InvalidRecordException when its vectors cannot be used
   */
  synchronized ItemUpdate completed(ItemUpdate update) {
    ReadyVectors ready = update.getVectors();
    if (ready == null) {
      return update;
    }
    ItemVectors vectors = readyItems.take(ready);
    return ItemUpdate.newBuilder(update)
        .setVectors(
            new ReadyVectors(
                ready.getBase(), boxed(vectors.components()), boxed(vectors.gate()), modelId))
        .build();
  }

  /**
   * Embeds valid and {@link #completed} items, in their order.
   *
   * @throws IllegalStateException when the tower answers with vectors that cannot be searched
   */
  synchronized List<ItemEmbedding> embed(Collection<PendingItem> items) {
    Iterator<ItemVectors> made = runTower(items);
    List<ItemEmbedding> embeddings = new ArrayList<>(items.size());
    for (PendingItem item : items) {
      ReadyVectors ready = item.update().getVectors();
      embeddings.add(embedding(item, ready == null ? made.next() : readyItems.take(ready)));
    }
    return embeddings;
  }

  /** The vectors of the items that bring none. */
  private Iterator<ItemVectors> runTower(Collection<PendingItem> items) {
    List<ItemContent> contents =
        items.stream()
            .map(PendingItem::update)
            .filter(update -> update.getVectors() == null)
            .map(this::content)
            .toList();
    if (contents.isEmpty()) {
      return Collections.emptyIterator();
    }
    Timer.Sample sample = Timer.start();
    List<ItemVectors> vectors = tower.embed(contents);
    sample.stop(passes);
    if (vectors.size() != contents.size()) {
      throw new IllegalStateException(
          "item tower of %s answered %d items with %d"
              .formatted(modelId, contents.size(), vectors.size()));
    }
    return vectors.iterator();
  }

  private ItemContent content(ItemUpdate update) {
    return new ItemContent(
        update.getItemId(),
        update.getTitle(),
        update.getCategories(),
        update.getAttributes(),
        contentDimension == 0 ? null : unboxed(update.getContentEmbedding()));
  }

  private ItemEmbedding embedding(PendingItem item, ItemVectors vectors) {
    ItemUpdate update = item.update();
    return ItemEmbedding.newBuilder()
        .setModelId(modelId)
        .setItemId(update.getItemId())
        .setTitle(update.getTitle())
        .setCategories(update.getCategories())
        .setAttributes(update.getAttributes())
        .setAvailable(update.getAvailable())
        .setBase(PackedFloats.pack(requireFinite(update, vectors.base())))
        .setComponents(PackedFloats.pack(requireFinite(update, vectors.components())))
        .setGate(PackedFloats.pack(requireFinite(update, vectors.gate())))
        .setSourcePartition(item.partition())
        .setSourceOffset(item.offset())
        .setTimestamp(update.getTimestamp())
        .build();
  }

  private float[] requireFinite(ItemUpdate update, float[] vector) {
    for (float value : vector) {
      if (!Float.isFinite(value)) {
        throw new IllegalStateException(
            "item tower of %s answered item '%s' with %s: the model is broken"
                .formatted(modelId, update.getItemId(), value));
      }
    }
    return vector;
  }

  private static List<Float> boxed(float[] values) {
    List<Float> boxed = new ArrayList<>(values.length);
    for (float value : values) {
      boxed.add(value);
    }
    return boxed;
  }

  private static float @Nullable [] unboxed(@Nullable List<Float> values) {
    if (values == null) {
      return null;
    }
    float[] unboxed = new float[values.size()];
    for (int i = 0; i < unboxed.length; i++) {
      unboxed[i] = values.get(i);
    }
    return unboxed;
  }
}
