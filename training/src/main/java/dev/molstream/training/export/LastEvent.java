package dev.molstream.training.export;

import dev.molstream.model.onnx.ElementType;
import dev.molstream.model.onnx.OnnxAttribute;
import dev.molstream.model.onnx.OnnxGraph;
import java.util.List;

/**
 * Picks the row of each history's last event: only that position is served, so the last block of an
 * encoder is computed for it alone.
 */
final class LastEvent {
  private final OnnxGraph graph;
  private final String length;
  private final String isLast;
  private final String selector;

  private LastEvent(OnnxGraph graph, String length, String isLast, String selector) {
    this.graph = graph;
    this.length = length;
    this.isLast = isLast;
    this.selector = selector;
  }

  /** From a mask [B, n] of ones, then zeros. */
  static LastEvent of(OnnxGraph graph, String mask, int maxHistory) {
    float[] numbers = new float[maxHistory];
    for (int i = 0; i < maxHistory; i++) {
      numbers[i] = i + 1;
    }
    String length =
        graph.node("Slice", graph.node("Shape", mask), graph.integers(1), graph.integers(2));
    String events =
        graph.node(
            "ReduceSum", List.of(OnnxAttribute.integer("keepdims", 1)), mask, graph.integers(1));
    String number =
        graph.node(
            "Slice",
            graph.initializer("event.numbers", numbers, maxHistory),
            graph.integers(0),
            length);
    String isLast = graph.node("Equal", number, events); // [B, n]
    String selector =
        graph.node("Cast", List.of(OnnxAttribute.integer("to", ElementType.FLOAT.code())), isLast);
    return new LastEvent(
        graph, length, isLast, graph.node("Unsqueeze", selector, graph.integers(1)));
  }

  /** Values [B, n], but at the last event the user's one of [B]. */
  String replaced(String values, String atLast) {
    return graph.node("Where", isLast, graph.node("Unsqueeze", atLast, graph.integers(1)), values);
  }

  /** The last event's row: [B, n, …] or [n, …] to [B, 1, …]. */
  String row(String rows) {
    return graph.node("MatMul", selector, rows);
  }

  /** The first n rows and columns of a constant [N, N]. */
  String square(String name, float[] values, int maxHistory) {
    String whole = graph.initializer(name, values, maxHistory, maxHistory);
    String both = graph.node("Concat", List.of(OnnxAttribute.integer("axis", 0)), length, length);
    return graph.node("Slice", whole, graph.integers(0, 0), both);
  }

  /** The first n rows of a constant [N, width]. */
  String rows(String name, float[] values, int maxHistory, int width) {
    String whole = graph.initializer(name, values, maxHistory, width);
    return graph.node("Slice", whole, graph.integers(0), length);
  }
}
