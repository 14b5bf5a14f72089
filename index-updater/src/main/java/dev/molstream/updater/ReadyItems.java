package dev.molstream.updater;

import dev.molstream.model.ItemTower;
import dev.molstream.model.ItemVectors;
import dev.molstream.model.ModelManifest;
import dev.molstream.model.VectorRules;
import dev.molstream.retrieval.MolShape;
import dev.molstream.schemas.ReadyVectors;
import dev.molstream.service.DeadLetterReason;
import dev.molstream.service.InvalidRecordException;
import java.util.List;

/** Takes vectors of items that were made elsewhere, for one model. As many threads as the tower. */
final class ReadyItems {
  private final String modelId;
  private final MolShape shape;
  private final ItemTower tower;

  /**
   * @param tower borrowed
   */
  ReadyItems(ModelManifest model, ItemTower tower) {
    this.modelId = model.modelId();
    this.shape = model.shape();
    this.tower = tower;
  }

  /**
   * All vectors of an item: components and gate follow from the base vector when it comes alone.
   *
   * @throws InvalidRecordException when the vectors cannot be used
   */
  ItemVectors take(ReadyVectors ready) {
    String madeFor = ready.getModelId();
    if (madeFor != null && !madeFor.equals(modelId)) {
      throw new InvalidRecordException(
          DeadLetterReason.OTHER_MODEL,
          "vectors.modelId is '%s', valid is the model that embeds, '%s'"
              .formatted(ItemUpdateRules.shown(madeFor), modelId));
    }
    try {
      return vectors(ready);
    } catch (IllegalArgumentException e) {
      throw new InvalidRecordException(
          DeadLetterReason.INVALID_VECTOR, String.valueOf(e.getMessage()));
    }
  }

  private ItemVectors vectors(ReadyVectors ready) {
    float[] base =
        VectorRules.requireNotZero("vectors.base", ready.getBase(), shape.baseDimension());
    List<Float> components = ready.getComponents();
    List<Float> gate = ready.getGate();
    if (components == null && gate == null) {
      return completed(base);
    }
    if (components == null || gate == null) {
      throw new IllegalArgumentException(
          "vectors has %s, valid are both components and gate, or the base vector alone"
              .formatted(gate == null ? "components without gate" : "gate without components"));
    }
    return new ItemVectors(
        base,
        VectorRules.requireComponents(
            "vectors.components", components, shape.itemComponents(), shape),
        VectorRules.require("vectors.gate", gate, shape.logits()));
  }

  private ItemVectors completed(float[] base) {
    if (!tower.acceptsBase()) {
      throw new IllegalArgumentException(
          "vectors has the base vector alone, model '%s' needs components and gate with it"
              .formatted(modelId));
    }
    try {
      return tower.fromBase(base);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("vectors.base makes no item: " + e.getMessage(), e);
    }
  }
}
