package dev.molstream.model;

import dev.molstream.retrieval.MolQuery;
import java.util.Arrays;

/**
 * A forward pass of both towers that touches the ends of their ranges: the first, the last and the
 * zero row of the id table, the first and the last feature bucket, an item nothing is known of, and
 * the shortest and longest history.
 */
final class TowerProbe {
  private TowerProbe() {}

  /**
   * Checks the item tower and returns a base vector it gave.
   *
   * @throws RuntimeException IllegalArgument or IllegalState, in one line
   */
  static float[] items(OnnxItemTower tower, ModelManifest manifest, int trainedItems) {
    FeatureSpec spec = manifest.features();
    float[] content = new float[spec.contentDimension()];
    Arrays.fill(content, 0.1f);
    long[] one = new long[spec.maxFeatures()];
    one[0] = 1;
    long[] full = new long[spec.maxFeatures()];
    Arrays.fill(full, spec.hashBuckets() - 1L);
    int[] rows = {1, trainedItems, 0};
    tower.put(0, rows[0], one, content);
    tower.put(1, rows[1], full, content);
    tower.put(2, rows[2], one, content);
    // Nothing known of an item may leave components of length 0, but no NaN.
    tower.put(3, 0, new long[spec.maxFeatures()], new float[spec.contentDimension()]);
    tower.run(4);
    tower.get(3, "an unknown item without content");
    for (int i = 0; i < rows.length; i++) {
      VectorRules.requireUnitLength(
          "component", tower.get(i, "row " + rows[i]).components(), manifest.shape());
    }
    return tower.get(0, "row 1").base();
  }

  /**
   * Checks the query tower with histories made of the given base vector.
   *
   * @throws RuntimeException IllegalArgument or IllegalState, in one line
   */
  static void queries(QueryTower tower, ModelManifest manifest, float[] base) {
    QueryHistory history = new QueryHistory(manifest.maxHistory(), base.length);
    MolQuery query = MolQuery.allocate(manifest.shape());
    long time = manifest.created().toEpochMilli();
    while (history.length() < history.capacity()) {
      System.arraycopy(base, 0, history.vectors(), history.length() * base.length, base.length);
      history.append(0, time + history.length());
      if (history.length() == 1 || history.length() == history.capacity()) {
        tower.encode(history, time + history.length(), query);
        VectorRules.requireUnitLength("component", query.components(), manifest.shape());
      }
    }
    history.belongTo("someone");
    tower.encode(history, time, query);
    VectorRules.requireUnitLength("component", query.components(), manifest.shape());
    if (tower.acceptsEncoded()) {
      tower.fromEncoded(base, query);
    }
  }
}
