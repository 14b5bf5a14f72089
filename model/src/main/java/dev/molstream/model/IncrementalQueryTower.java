package dev.molstream.model;

import dev.molstream.model.encoder.HstuEncoder;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;

/**
 * The query tower of a bundle that training wrote: its encoder runs from the bundle's weights, and
 * computes only what is new since the user's last request; the exported graph makes components and
 * gate of what it gives. The same function as {@link OnnxQueryTower}, which {@link TowerProbe}
 * checks when the bundle is read.
 */
final class IncrementalQueryTower implements QueryTower {
  private final HstuEncoder encoder;
  private final QueryHeads heads;
  private final MolShape shape;
  private final int maxHistory;
  private final float[] encoded;

  /**
   * @param heads owned
   */
  IncrementalQueryTower(HstuEncoder encoder, QueryHeads heads, ModelManifest manifest) {
    this.encoder = encoder;
    this.heads = heads;
    this.shape = manifest.shape();
    this.maxHistory = manifest.maxHistory();
    this.encoded = new float[shape.baseDimension()];
  }

  @Override
  public void encode(QueryHistory history, long requestTimeMillis, MolQuery target) {
    history.requireFits(shape, maxHistory);
    encoder.encode(history, requestTimeMillis, encoded);
    heads.encode(encoded, history, target);
  }

  @Override
  public boolean acceptsEncoded() {
    return true;
  }

  @Override
  public void fromEncoded(float[] vector, MolQuery target) {
    heads.run(vector, target);
  }

  @Override
  public void close() {
    heads.close();
  }
}
