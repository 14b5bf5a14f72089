package dev.molstream.stream.request;

import dev.molstream.model.ModelManifest;
import dev.molstream.model.QueryTower;
import dev.molstream.model.VectorRules;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.schemas.ReadyQuery;
import dev.molstream.stream.validation.Identifiers;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes queries that an encoder elsewhere made, for one model. One thread at a time. */
final class ReadyQueries {
  private final String modelId;
  private final MolShape shape;
  private final QueryTower tower;

  /**
   * @param tower borrowed
   */
  ReadyQueries(ModelManifest model, QueryTower tower) {
    this.modelId = model.modelId();
    this.shape = model.shape();
    this.tower = tower;
  }

  /**
   * Writes a query that has either encoded or components into {@code target}; the first thing wrong
   * with it, or null.
   */
  @Nullable String take(ReadyQuery ready, MolQuery target) {
    try {
      requireOwnModel(ready.getModelId());
      if (ready.getEncoded() != null) {
        takeEncoded(ready.getEncoded(), target);
      } else {
        takeComponents(ready.getComponents(), ready.getGate(), target);
      }
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  private void requireOwnModel(@Nullable String madeFor) {
    if (madeFor != null && !madeFor.equals(modelId)) {
      throw new IllegalArgumentException(
          "query.modelId is '%s', valid is the model that answers, '%s'"
              .formatted(Identifiers.shown(madeFor), modelId));
    }
  }

  private void takeEncoded(List<Float> encoded, MolQuery target) {
    float[] vector = VectorRules.requireNotZero("query.encoded", encoded, shape.baseDimension());
    if (!tower.acceptsEncoded()) {
      throw new IllegalArgumentException(
          "query.encoded cannot be read by model '%s', valid is query.components"
              .formatted(modelId));
    }
    try {
      tower.fromEncoded(vector, target);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("query.encoded makes no query: " + e.getMessage(), e);
    }
  }

  private void takeComponents(List<Float> components, @Nullable List<Float> gate, MolQuery target) {
    float[] vectors =
        VectorRules.requireComponents(
            "query.components", components, shape.queryComponents(), shape);
    System.arraycopy(vectors, 0, target.components(), 0, vectors.length);
    if (gate == null) {
      Arrays.fill(target.gate(), 0);
    } else {
      float[] values = VectorRules.require("query.gate", gate, shape.logits());
      System.arraycopy(values, 0, target.gate(), 0, values.length);
    }
  }
}
