package dev.molstream.stream;

import dev.molstream.model.FeatureSpec;
import dev.molstream.model.ModelManifest;
import dev.molstream.model.QueryHistory;
import dev.molstream.model.QueryTower;
import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;

/**
 * A model one can follow by hand: items are directions in a plane, a query is the mean direction of
 * its history, and the score is their cosine divided by τ. What an encoder elsewhere gives is a
 * vector of any length that points somewhere.
 */
public final class FakeModel {
  static final MolShape SHAPE = new MolShape(2, 1, 1, 2, 1, 0.5f);
  static final int MAX_HISTORY = 3;

  private final String modelId;

  public FakeModel(String modelId) {
    this.modelId = modelId;
  }

  /** The vector of an item at an angle in degrees. */
  static float[] direction(double degrees) {
    double angle = Math.toRadians(degrees);
    return new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
  }

  /** An index for the items of this model. */
  public ItemIndex openIndex(Path directory) {
    return ItemIndex.open(new IndexSettings(directory, modelId, SHAPE, gating(), 1000));
  }

  public ModelManifest manifest() {
    return new ModelManifest(
        modelId,
        Instant.EPOCH,
        "mean",
        "dot",
        SHAPE,
        MAX_HISTORY,
        new FeatureSpec(2, 1, 0),
        Map.of());
  }

  private static GatingNetwork gating() {
    return GatingNetwork.of(SHAPE, new float[1], new float[1], new float[1], new float[1]);
  }

  public QueryTower openQueryTower() {
    return new MeanDirection();
  }

  private static final class MeanDirection implements QueryTower {
    @Override
    public void encode(QueryHistory history, long requestTimeMillis, MolQuery target) {
      float x = 0;
      float y = 0;
      for (int i = 0; i < history.length(); i++) {
        x += history.vectors()[2 * i];
        y += history.vectors()[2 * i + 1];
      }
      fromEncoded(new float[] {x, y}, target);
    }

    @Override
    public boolean acceptsEncoded() {
      return true;
    }

    @Override
    public void fromEncoded(float[] encoded, MolQuery target) {
      float x = encoded[0];
      float y = encoded[1];
      float norm = (float) Math.hypot(x, y);
      target.components()[0] = x / norm;
      target.components()[1] = y / norm;
      Arrays.fill(target.gate(), 0);
    }

    @Override
    public void close() {}
  }
}
