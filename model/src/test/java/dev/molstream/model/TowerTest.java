package dev.molstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.management.ThreadMXBean;
import dev.molstream.model.onnx.ElementType;
import dev.molstream.model.onnx.OnnxAttribute;
import dev.molstream.model.onnx.OnnxGraph;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Both towers, on graphs whose answers show what was fed to them. */
class TowerTest {
  private static final ModelManifest MANIFEST =
      new ModelManifest(
          "m",
          Instant.EPOCH,
          "test",
          "mol",
          new MolShape(2, 1, 1, 2, 1, 1),
          4,
          new FeatureSpec(100, 2, 2),
          Map.of());
  private static final String REFUSALS =
      "(an encoder's output|a base vector) has 3 numbers, the .* tower's heads read 2"
          + "|component 0 has length 0.0000, valid is 1 within 0.001"
          + "|gate\\[0] is 2000000.0: valid are numbers within ±1000000";

  @Test
  void feedsActionsTimesAndRequestTimeToAGraphThatReadsThem() {
    MolQuery query = MolQuery.allocate(MANIFEST.shape());
    QueryHistory history = history(3);

    try (QueryTower tower = OnnxQueryTower.open(direct(queryTower()), MANIFEST)) {
      // gate = sum of actions + sum of times + request time
      tower.encode(history, 1000, query);
      assertThat(query.gate()).containsExactly(0 + 1 + 2 + 10 + 20 + 30 + 1000);
      // components = sum over the history's vectors
      assertThat(query.components()).containsExactly(0 + 1 + 2, 3);

      history.clear();
      history.append(5, 7);
      tower.encode(history, 0, query);
      assertThat(query.gate()).containsExactly(12);
      assertThat(query.components()).containsExactly(0, 1);
    }
  }

  @Test
  void allocatesNextToNothingPerEncoding() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    MolQuery query = MolQuery.allocate(MANIFEST.shape());
    QueryHistory history = history(4);
    try (QueryTower tower = OnnxQueryTower.open(direct(queryTower()), MANIFEST)) {
      tower.encode(history, 0, query);
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 1000; i++) {
        tower.encode(history, i, query);
      }
      // ONNX Runtime's own argument arrays, whatever the history's length.
      assertThat((threads.getCurrentThreadAllocatedBytes() - before) / 1000).isLessThan(2048);
    }
  }

  @Test
  void refusesHistoriesThatDoNotFit() {
    MolQuery query = MolQuery.allocate(MANIFEST.shape());
    try (QueryTower tower = OnnxQueryTower.open(direct(queryTower()), MANIFEST)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tower.encode(new QueryHistory(4, 2), 0, query))
          .withMessage("history has 0 events, valid is 1 to 4");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tower.encode(history(5), 0, query))
          .withMessage("history has 5 events, valid is 1 to 4");
      QueryHistory wide = new QueryHistory(4, 3);
      wide.append(0, 0);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tower.encode(wide, 0, query))
          .withMessage("history has vectors of 3 floats, the query tower reads 2");
    }
  }

  @Test
  void takesNoVectorsFromElsewhereWhenItsHeadsReadMoreThanThem() {
    try (QueryTower queries = OnnxQueryTower.open(direct(queryTower()), MANIFEST);
        ItemTower items = itemTower(List.of("known"))) {
      assertThat(queries.acceptsEncoded()).isFalse();
      assertThatIllegalStateException()
          .isThrownBy(() -> queries.fromEncoded(new float[2], MolQuery.allocate(MANIFEST.shape())))
          .withMessage("the query tower has no output encoded");
      assertThat(items.acceptsBase()).isFalse(); // the gate is the row
      assertThatIllegalStateException()
          .isThrownBy(() -> items.fromBase(new float[2]))
          .withMessage("the item tower's heads read more than the base vector");
    }
  }

  @Test
  void refusesVectorsFromElsewhereThatMakeNoQueryAndNoItem() {
    MolQuery query = MolQuery.allocate(MANIFEST.shape());
    try (QueryTower queries = OnnxQueryTower.open(direct(encodingTower()), MANIFEST);
        ItemTower items = completingTower()) {
      queries.fromEncoded(new float[] {3, 4}, query);
      assertThat(query.components()).containsExactly(0.6f, 0.8f);
      assertThat(query.gate()).containsExactly(3e5f);
      assertThat(items.fromBase(new float[] {3, 4}).components()).containsExactly(0.6f, 0.8f);
      for (float[] vector : List.of(new float[3], new float[2], new float[] {20, 0})) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> queries.fromEncoded(vector, query))
            .satisfies(refused -> assertThat(refused).message().matches(REFUSALS));
        assertThatIllegalArgumentException()
            .isThrownBy(() -> items.fromBase(vector))
            .satisfies(refused -> assertThat(refused).message().matches(REFUSALS));
      }
    }
  }

  @Test
  void embedsMoreItemsThanABatchInTheirOrder() {
    List<String> ids = new ArrayList<>();
    List<ItemContent> items = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      ids.add("item-" + i);
      items.add(item("item-" + i, new float[] {i, -i}));
    }
    try (ItemTower tower = itemTower(ids)) {
      List<ItemVectors> vectors = tower.embed(items);

      assertThat(vectors).hasSize(600);
      for (int i = 0; i < 600; i++) {
        assertThat(vectors.get(i).base()).containsExactly(i, -i);
        assertThat(vectors.get(i).gate()).containsExactly(i + 1f);
        assertThat(vectors.get(i).components()).hasSize(2);
      }
      assertThat(tower.embed(List.of())).isEmpty();
    }
  }

  @Test
  void readsAnItemWithoutContentAsZeroAndRefusesContentThatDoesNotFit() {
    try (ItemTower tower = itemTower(List.of("known"))) {
      tower.embed(List.of(item("earlier", new float[] {5, 5})));
      assertThat(tower.embed(List.of(item("none", null))).getFirst().base()).containsExactly(0, 0);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tower.embed(List.of(item("x", new float[3]))))
          .withMessage("item x has a content embedding of 3 floats, valid is 2");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tower.embed(List.of(item("x", new float[] {0, Float.NaN}))))
          .withMessage("item x has a content embedding holding NaN, valid are finite numbers");
    }
  }

  @Test
  void letsNoValueOutThatIsNotANumber() {
    try (ItemTower tower = itemTower(List.of("known"))) {
      assertThatIllegalStateException()
          .isThrownBy(
              () -> tower.embed(List.of(item("huge", new float[] {Float.MAX_VALUE, -1e38f}))))
          .withMessageStartingWith("the item tower gives components holding ")
          .withMessageEndingWith(" for item huge, valid are finite numbers");
    }
  }

  @Test
  void closesTwiceAndThenRefusesWork() {
    ItemTower items = itemTower(List.of("known"));
    QueryTower queries = OnnxQueryTower.open(direct(queryTower()), MANIFEST);
    queries.encode(history(2), 0, MolQuery.allocate(MANIFEST.shape()));
    items.close();
    items.close();
    queries.close();
    queries.close();

    assertThatIllegalStateException()
        .isThrownBy(() -> items.embed(List.of(item("known", null))))
        .withMessage("the item tower is closed");
    assertThatIllegalStateException()
        .isThrownBy(() -> queries.encode(history(2), 0, MolQuery.allocate(MANIFEST.shape())))
        .withMessage("the query tower is closed");
  }

  private static byte[] queryTower() {
    OnnxGraph graph = new OnnxGraph();
    String history = graph.input("history", ElementType.FLOAT, "B", "n", 2);
    graph.input("mask", ElementType.FLOAT, "B", "n");
    String actions = graph.input("actions", ElementType.INT64, "B", "n");
    String times = graph.input("times", ElementType.INT64, "B", "n");
    String requestTime = graph.input("request_time", ElementType.INT64, "B");
    List<OnnxAttribute> flat = List.of(OnnxAttribute.integer("keepdims", 0));
    String events =
        graph.node("ReduceSum", flat, graph.node("Add", actions, times), graph.integers(1));
    String gate =
        graph.node("Unsqueeze", graph.node("Add", events, requestTime), graph.integers(1));
    List<OnnxAttribute> toFloat = List.of(OnnxAttribute.integer("to", ElementType.FLOAT.code()));
    graph.output("gate", ElementType.FLOAT, graph.node("Cast", toFloat, gate), "B", 1);
    String sum = graph.node("ReduceSum", history, graph.integers(1));
    graph.output("components", ElementType.FLOAT, sum, "B", 1, 2);
    return graph.toBytes("query");
  }

  /** encoded = sum over the history's vectors, made a query as {@link #heads} says. */
  private static byte[] encodingTower() {
    OnnxGraph graph = new OnnxGraph();
    String history = graph.input("history", ElementType.FLOAT, "B", "n", 2);
    graph.input("mask", ElementType.FLOAT, "B", "n");
    List<OnnxAttribute> flat = List.of(OnnxAttribute.integer("keepdims", 0));
    String encoded = graph.node("ReduceSum", flat, history, graph.integers(1));
    graph.output("encoded", ElementType.FLOAT, encoded, "B", 2);
    heads(graph, encoded);
    return graph.toBytes("query");
  }

  /** base = content, made an item as {@link #heads} says. */
  private static ItemTower completingTower() {
    OnnxGraph graph = new OnnxGraph();
    graph.input("row", ElementType.INT64, "B");
    graph.input("features", ElementType.INT64, "B", 2);
    String content = graph.input("content", ElementType.FLOAT, "B", 2);
    graph.output("base", ElementType.FLOAT, content, "B", 2);
    heads(graph, content);
    return OnnxItemTower.open(
        direct(graph.toBytes("item")),
        MANIFEST,
        ItemFeatureEncoder.of(MANIFEST.features(), List.of("known")));
  }

  /** components = x at length 1, gate = 100,000 · the first of x. */
  private static void heads(OnnxGraph graph, String x) {
    String vector = graph.node("Unsqueeze", x, graph.integers(1));
    graph.output("components", ElementType.FLOAT, graph.unitLength(vector), "B", 1, 2);
    String first = graph.node("Slice", x, graph.integers(0), graph.integers(1), graph.integers(1));
    graph.output("gate", ElementType.FLOAT, graph.node("Mul", first, graph.scalar(1e5f)), "B", 1);
  }

  /** base = content, components = content · 2 as a vector, gate = row. */
  private static ItemTower itemTower(List<String> ids) {
    OnnxGraph graph = new OnnxGraph();
    String row = graph.input("row", ElementType.INT64, "B");
    graph.input("features", ElementType.INT64, "B", 2);
    String content = graph.input("content", ElementType.FLOAT, "B", 2);
    graph.output("base", ElementType.FLOAT, graph.node("Identity", content), "B", 2);
    String doubled = graph.node("Mul", content, graph.scalar(2f));
    graph.output(
        "components",
        ElementType.FLOAT,
        graph.node("Unsqueeze", doubled, graph.integers(1)),
        "B",
        1,
        2);
    String gate =
        graph.node("Cast", List.of(OnnxAttribute.integer("to", ElementType.FLOAT.code())), row);
    graph.output(
        "gate", ElementType.FLOAT, graph.node("Unsqueeze", gate, graph.integers(1)), "B", 1);
    return OnnxItemTower.open(
        direct(graph.toBytes("item")), MANIFEST, ItemFeatureEncoder.of(MANIFEST.features(), ids));
  }

  private static ItemContent item(String itemId, float @Nullable [] content) {
    return new ItemContent(itemId, "", List.of(), Map.of(), content);
  }

  /** Event i has vector (i, 1), action i and time 10 · (i+1). */
  private static QueryHistory history(int length) {
    QueryHistory history = new QueryHistory(5, 2);
    for (int i = 0; i < length; i++) {
      history.vectors()[2 * i] = i;
      history.vectors()[2 * i + 1] = 1;
      history.append(i, 10 * (i + 1));
    }
    return history;
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }
}
