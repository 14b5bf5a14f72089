package dev.molstream.training.export;

import dev.molstream.model.onnx.ElementType;
import dev.molstream.model.onnx.OnnxAttribute;
import dev.molstream.model.onnx.OnnxGraph;
import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolShape;
import dev.molstream.training.network.Lift;
import dev.molstream.training.network.NetworkShape;
import dev.molstream.training.network.Parameters;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** The towers and the cross gate of a trained network. */
public final class TowerExport {
  private final NetworkShape shape;
  private final MolShape mol;
  private final Parameters weights;
  private final BitSet trainedUserRows;

  /**
   * Reads the weights when a tower is asked for.
   *
   * @param trainedUserRows rows of the table of users that were learned; the others are written as
   *     row 0, which stands for users nobody has seen
   */
  public TowerExport(NetworkShape shape, Parameters weights, BitSet trainedUserRows) {
    this.trainedUserRows = trainedUserRows;
    this.shape = shape;
    this.mol = shape.mol();
    this.weights = weights;
  }

  /**
   * The query tower: history [B, n, D] and mask [B, n] to components and gate, and to encoded
   * unless a component is the user's own.
   */
  public byte[] queryTower() {
    OnnxGraph graph = new OnnxGraph();
    String history = graph.input("history", ElementType.FLOAT, "B", "n", mol.baseDimension());
    String mask = graph.input("mask", ElementType.FLOAT, "B", "n");
    LastEvent last = LastEvent.of(graph, mask, shape.encoder().maxHistory());
    String encoded =
        switch (shape.encoderKind()) {
          case HSTU -> new HstuGraph(graph, shape.encoder(), weights).encode(history, last);
          case SASREC -> new SasRecGraph(graph, shape.encoder(), weights).encode(history, last);
        };
    queryHeads(graph, encoded);
    return graph.toBytes("molstream-query-tower");
  }

  /**
   * The query tower of a network whose encoder runs elsewhere: history [B, n, D] and mask [B, n] to
   * encoded, their mean, and to components and gate.
   */
  public byte[] averagingQueryTower() {
    OnnxGraph graph = new OnnxGraph();
    String history = graph.input("history", ElementType.FLOAT, "B", "n", mol.baseDimension());
    String mask = graph.input("mask", ElementType.FLOAT, "B", "n");
    String weights = graph.node("Unsqueeze", mask, graph.integers(-1));
    String sum = sum(graph, graph.node("Mul", history, weights));
    queryHeads(graph, graph.node("Div", sum, sum(graph, weights)));
    return graph.toBytes("molstream-averaging-query-tower");
  }

  /** The item tower: id row [B] and feature buckets [B, F] to base, components and gate. */
  public byte[] itemTower(int maxFeatures) {
    int width = mol.baseDimension();
    OnnxGraph graph = new OnnxGraph();
    String row = graph.input("row", ElementType.INT64, "B");
    String buckets = graph.input("features", ElementType.INT64, "B", maxFeatures);
    String id = graph.node("Gather", table(graph, "item.ids", shape.trainedItems() + 1), row);
    String sum =
        sum(
            graph,
            graph.node("Gather", table(graph, "item.features", shape.hashBuckets()), buckets));
    List<OnnxAttribute> toBool = List.of(OnnxAttribute.integer("to", ElementType.BOOL.code()));
    List<OnnxAttribute> toFloat = List.of(OnnxAttribute.integer("to", ElementType.FLOAT.code()));
    String present = graph.node("Cast", toFloat, graph.node("Cast", toBool, buckets));
    String number = graph.node("Max", sum(graph, present), graph.scalar(1f));
    String mean = graph.node("Div", sum, graph.node("Unsqueeze", number, graph.integers(1)));
    String base = graph.node("Add", linear(graph, "item.mix", mean, width, width), id);
    itemHeads(graph, base);
    return graph.toBytes("molstream-item-tower");
  }

  /**
   * The item tower of a network whose base vectors are content embeddings: content [B, D] to base,
   * components and gate.
   */
  public byte[] contentItemTower() {
    OnnxGraph graph = new OnnxGraph();
    itemHeads(graph, graph.input("content", ElementType.FLOAT, "B", mol.baseDimension()));
    return graph.toBytes("molstream-content-item-tower");
  }

  /** The cross gate. */
  public GatingNetwork gating() {
    return GatingNetwork.of(
        mol,
        weights.values("gate.hidden.weight"),
        weights.values("gate.hidden.bias"),
        weights.values("gate.output.weight"),
        weights.values("gate.output.bias"));
  }

  private void queryHeads(OnnxGraph graph, String encoded) {
    if (!shape.knowsUsers()) { // else the query is more than what was encoded
      graph.output("encoded", ElementType.FLOAT, encoded, "B", mol.baseDimension());
    }
    String inner =
        linear(graph, "query.inner", encoded, mol.baseDimension(), 2 * shape.queryHidden());
    int half = shape.queryHidden();
    List<String> halves =
        graph.nodes(
            "Split",
            2,
            List.of(OnnxAttribute.integer("axis", 1)),
            inner,
            graph.integers(half, half));
    String activated =
        switch (shape.queryUnit()) {
          case SWIGLU -> graph.silu(halves.get(0));
          case GEGLU -> graph.gelu(halves.get(0));
        };
    String made =
        vectors(
            graph,
            "query.components",
            graph.node("Mul", activated, halves.get(1)),
            shape.queryHidden(),
            shape.encodedComponents());
    output(
        graph,
        shape.knowsUsers() ? withUser(graph, made) : made,
        mol.queryComponents(),
        Lift.ofQueries(mol));
    gate(graph, "query.gate", encoded);
  }

  private void itemHeads(OnnxGraph graph, String base) {
    int width = mol.baseDimension();
    graph.output("base", ElementType.FLOAT, base, "B", width);
    output(
        graph,
        vectors(graph, "item.components", base, width, mol.itemComponents()),
        mol.itemComponents(),
        Lift.ofItems(mol));
    gate(graph, "item.gate", base);
  }

  /** Rows [B, in] to vectors [B, count, d]. */
  private String vectors(OnnxGraph graph, String name, String rows, int in, int count) {
    int d = mol.componentDimension();
    return graph.node(
        "Reshape", linear(graph, name, rows, in, count * d), graph.integers(-1, count, d));
  }

  /** Adds the user's own vector as the last component. */
  private String withUser(OnnxGraph graph, String vectors) {
    String hash = graph.input("user", ElementType.INT64, "B");
    String hashed =
        graph.node(
            "Add", graph.node("Mod", hash, graph.scalar(shape.userRows() - 1L)), graph.scalar(1L));
    String isNobody = graph.node("Less", hash, graph.scalar(0L));
    String row = graph.node("Where", isNobody, graph.scalar(0L), hashed);
    String table =
        graph.initializer("query.users", userVectors(), shape.userRows(), mol.componentDimension());
    String own = graph.node("Unsqueeze", graph.node("Gather", table, row), graph.integers(1));
    return graph.node("Concat", List.of(OnnxAttribute.integer("axis", 1)), vectors, own);
  }

  private float[] userVectors() {
    float[] values = weights.values("query.users");
    int d = mol.componentDimension();
    for (int row = 1; row < shape.userRows(); row++) {
      if (!trainedUserRows.get(row)) {
        System.arraycopy(values, 0, values, row * d, d);
      }
    }
    return values;
  }

  private void output(OnnxGraph graph, String vectors, int count, int rest) {
    graph.output(
        "components",
        ElementType.FLOAT,
        shape.lengths() ? lifted(graph, vectors, count, rest) : graph.unitLength(vectors),
        "B",
        count,
        mol.componentDimension());
  }

  /** As {@link Lift} says. */
  private String lifted(OnnxGraph graph, String made, int count, int rest) {
    int d = mol.componentDimension();
    String vectors =
        graph.node("Mul", made, graph.initializer("lift.scales", Lift.scales(count, d), d));
    String one = graph.scalar(1f);
    String cut =
        graph.node(
            "Div", vectors, graph.node("Sqrt", graph.node("Max", squares(graph, vectors), one)));
    String missing = graph.node("Sub", one, squares(graph, cut));
    String rests = graph.node("Sqrt", graph.node("Max", missing, graph.scalar(1e-12f)));
    String only = graph.initializer("lift.rest", Lift.onlyAt(rest, d), d);
    return graph.node("Add", cut, graph.node("Mul", rests, only));
  }

  private static String squares(OnnxGraph graph, String x) {
    return graph.node(
        "ReduceSum",
        List.of(OnnxAttribute.integer("keepdims", 1)),
        graph.node("Mul", x, x),
        graph.integers(-1));
  }

  private void gate(OnnxGraph graph, String name, String rows) {
    String hidden =
        graph.silu(linear(graph, name + ".hidden", rows, mol.baseDimension(), mol.gateHidden()));
    String gate =
        graph.linear(
            name + ".output",
            hidden,
            weights.values(name + ".output.weight"),
            null,
            mol.gateHidden(),
            mol.logits());
    graph.output("gate", ElementType.FLOAT, gate, "B", mol.logits());
  }

  private String linear(OnnxGraph graph, String name, String x, int in, int out) {
    return graph.linear(
        name, x, weights.values(name + ".weight"), weights.values(name + ".bias"), in, out);
  }

  /** A table whose row 0, for unknown ids and for padding, is zero. */
  private String table(OnnxGraph graph, String name, int rows) {
    float[] values = weights.values(name);
    Arrays.fill(values, 0, mol.baseDimension(), 0);
    return graph.initializer(name, values, rows, mol.baseDimension());
  }

  private static String sum(OnnxGraph graph, String x) {
    return graph.node(
        "ReduceSum", List.of(OnnxAttribute.integer("keepdims", 0)), x, graph.integers(1));
  }
}
