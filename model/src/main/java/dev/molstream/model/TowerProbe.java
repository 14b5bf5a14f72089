package dev.molstream.model;

import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Forward passes of both towers that touch the ends of what they will be given: the first, the last
 * and the zero row of the id table, the last feature bucket, an item nothing is known of, one item
 * and several, the shortest and the longest history, every action, and times in any relation.
 */
final class TowerProbe {
  private static final float TOLERANCE = 1e-3f;
  private static final String AGAIN = "when asked again";
  private static final long HOUR_MILLIS = 3_600_000;

  private TowerProbe() {}

  /** An item as the tower reads it; {@code name} says in a refusal what it stands for. */
  @SuppressWarnings("ArrayRecordComponent") // borrowed for the call
  private record Item(String name, int row, long[] features, float[] content, boolean known) {}

  /**
   * Checks the item tower and returns the base vectors it gave; the last is that of an item of
   * which nothing is known.
   *
   * @throws IllegalArgumentException in one line, without the file's name
   */
  static List<float[]> items(OnnxItemTower tower, ModelManifest manifest, int trainedItems) {
    List<Item> items = items(manifest.features(), trainedItems);
    List<ItemVectors> alone = new ArrayList<>();
    for (Item item : items) {
      ItemVectors vectors = embed(tower, List.of(item), item.name).getFirst();
      if (item.known) {
        requireUnitLength(vectors.components(), manifest.shape(), item.name);
      }
      alone.add(vectors);
    }
    Item first = items.getFirst();
    ItemVectors again = embed(tower, List.of(first), first.name).getFirst();
    requireSame(alone.getFirst(), again, first.name, AGAIN);
    String together = "in a batch of %d items".formatted(items.size());
    List<ItemVectors> batch = embed(tower, items, together);
    for (int i = 0; i < items.size(); i++) {
      requireSame(alone.get(i), batch.get(i), items.get(i).name, together);
    }
    return alone.stream().map(ItemVectors::base).toList();
  }

  /**
   * Checks the query tower with histories made of the given base vectors.
   *
   * @param bases as {@link #items} returns them
   * @throws IllegalArgumentException in one line, without the file's name
   */
  static void queries(QueryTower tower, ModelManifest manifest, List<float[]> bases) {
    MolShape shape = manifest.shape();
    QueryHistory history = new QueryHistory(manifest.maxHistory(), shape.baseDimension());
    float[] base = bases.getFirst();
    long now = Math.max(HOUR_MILLIS, manifest.created().toEpochMilli());

    append(history, base, 0, now);
    String one = "a history of 1 event";
    MolQuery query = encode(tower, shape, history, now, one);
    MolQuery again = encode(tower, shape, history, now, one);
    requireSame("components", query.components(), again.components(), one, AGAIN);
    requireSame("gate", query.gate(), again.gate(), one, AGAIN);
    requireUnitLength(query.components(), shape, one);
    String early = "a request an hour before the event";
    requireUnitLength(
        encode(tower, shape, history, now - HOUR_MILLIS, early).components(), shape, early);

    history.clear();
    append(history, base, 0, 0);
    String old = "an event in 1970";
    requireUnitLength(encode(tower, shape, history, now, old).components(), shape, old);

    for (int action = 1; action < QueryHistory.ACTIONS; action++) {
      history.clear();
      append(history, base, action, now);
      String of = "an event with action " + action;
      requireUnitLength(encode(tower, shape, history, now, of).components(), shape, of);
    }

    history.clear();
    append(history, bases.getLast(), 0, now);
    // Its components may be of length 0, but not NaN.
    encode(tower, shape, history, now, "a history of an item of which nothing is known");

    history.clear();
    while (history.length() < history.capacity()) {
      append(history, bases.get(history.length() % (bases.size() - 1)), 0, now);
    }
    String all = "a history of " + history.length() + " events";
    requireUnitLength(encode(tower, shape, history, now, all).components(), shape, all);
    String owned = "a history of someone";
    history.belongTo("someone");
    requireUnitLength(encode(tower, shape, history, now, owned).components(), shape, owned);
    if (tower.acceptsEncoded()) {
      tower.fromEncoded(base, query);
    }
  }

  /**
   * Checks that a tower that runs on weights gives what the graph gives, also when it goes on from
   * what it kept: histories that grow, end otherwise, and slide along.
   *
   * @throws IllegalArgumentException in one line, without the file's name
   */
  static void sameQueries(
      QueryTower graph, QueryTower own, ModelManifest manifest, List<float[]> bases) {
    MolShape shape = manifest.shape();
    QueryHistory history = new QueryHistory(manifest.maxHistory(), shape.baseDimension());
    history.belongTo("someone");
    long now = Math.max(HOUR_MILLIS, manifest.created().toEpochMilli());
    int longest = history.capacity();
    for (int events : new int[] {1, 2, Math.min(3, longest), longest}) {
      while (history.length() < events) {
        int i = history.length();
        append(history, bases.get(i % (bases.size() - 1)), 0, now - (longest - i) * HOUR_MILLIS);
      }
      requireSame(graph, own, shape, history, now, "a history of " + events);
    }
    history.clear();
    history.belongTo("someone");
    for (int i = 0; i < (longest + 1) / 2; i++) {
      int item = i < longest / 4 ? i : i + 1;
      append(history, bases.get(item % (bases.size() - 1)), 0, now - (longest - i) * HOUR_MILLIS);
    }
    requireSame(graph, own, shape, history, now, "a history that differs from the middle");
  }

  private static void requireSame(
      QueryTower graph,
      QueryTower own,
      MolShape shape,
      QueryHistory history,
      long now,
      String what) {
    MolQuery wanted = encode(graph, shape, history, now, what);
    MolQuery given = encode(own, shape, history, now, what);
    String when = "from these weights";
    requireSame("components", wanted.components(), given.components(), what, when);
    requireSame("gate", wanted.gate(), given.gate(), what, when);
  }

  private static List<Item> items(FeatureSpec spec, int trainedItems) {
    float[] content = new float[spec.contentDimension()];
    Arrays.fill(content, 0.1f);
    long[] one = new long[spec.maxFeatures()];
    one[0] = 1;
    long[] last = new long[spec.maxFeatures()];
    Arrays.fill(last, spec.hashBuckets() - 1L);
    return List.of(
        new Item("row 1", 1, one, content, true),
        new Item(
            "row %d, the last of item-ids.txt".formatted(trainedItems),
            trainedItems,
            one,
            content,
            true),
        new Item("row 0, of items that training never saw", 0, one, content, true),
        new Item("feature %d, the last bucket".formatted(last[0]), 1, last, content, true),
        // Its components may be of length 0, but not NaN.
        new Item(
            "an item of which nothing is known",
            0,
            new long[spec.maxFeatures()],
            new float[spec.contentDimension()],
            false));
  }

  private static List<ItemVectors> embed(OnnxItemTower tower, List<Item> items, String what) {
    for (int i = 0; i < items.size(); i++) {
      tower.put(i, items.get(i).row, items.get(i).features, items.get(i).content);
    }
    try {
      tower.run(items.size());
      List<ItemVectors> embedded = new ArrayList<>();
      for (int i = 0; i < items.size(); i++) {
        ItemVectors vectors = tower.get(i, "it");
        requireInRange("base", vectors.base(), what);
        requireInRange("components", vectors.components(), what);
        requireInRange("gate", vectors.gate(), what);
        embedded.add(vectors);
      }
      return embedded;
    } catch (IllegalStateException e) {
      throw new IllegalArgumentException(what + ": " + e.getMessage(), e);
    }
  }

  private static void append(QueryHistory history, float[] base, int action, long timeMillis) {
    System.arraycopy(base, 0, history.vectors(), history.length() * base.length, base.length);
    history.append(action, timeMillis);
  }

  private static MolQuery encode(
      QueryTower tower, MolShape shape, QueryHistory history, long requestMillis, String what) {
    MolQuery query = MolQuery.allocate(shape);
    try {
      tower.encode(history, requestMillis, query);
    } catch (IllegalStateException e) {
      throw new IllegalArgumentException(what + ": " + e.getMessage(), e);
    }
    requireInRange("components", query.components(), what);
    requireInRange("gate", query.gate(), what);
    return query;
  }

  /** As the engine does, which would refuse every such query and item. */
  private static void requireInRange(String output, float[] values, String what) {
    for (float value : values) {
      if (Math.abs(value) > MolShape.LARGEST_VALUE) {
        throw new IllegalArgumentException(
            "%s: %s holds %s, valid are numbers within ±%s"
                .formatted(what, output, value, MolShape.LARGEST_VALUE));
      }
    }
  }

  private static void requireUnitLength(float[] components, MolShape shape, String what) {
    VectorRules.requireUnitLength(what + ": component", components, shape);
  }

  private static void requireSame(ItemVectors first, ItemVectors then, String what, String when) {
    requireSame("base", first.base(), then.base(), what, when);
    requireSame("components", first.components(), then.components(), what, when);
    requireSame("gate", first.gate(), then.gate(), what, when);
  }

  /** Dropout left on, or items of a batch that influence one another. */
  private static void requireSame(
      String output, float[] first, float[] then, String what, String when) {
    for (int i = 0; i < first.length; i++) {
      if (Math.abs(first[i] - then[i]) > TOLERANCE * Math.max(1, Math.abs(first[i]))) {
        throw new IllegalArgumentException(
            "%s: %s[%d] is %s, but %s %s, valid is the same"
                .formatted(what, output, i, first[i], when, then[i]));
      }
    }
  }
}
