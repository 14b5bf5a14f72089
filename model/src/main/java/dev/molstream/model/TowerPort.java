package dev.molstream.model;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * An input or output of a tower as the bundle format wants it.
 *
 * @param dimensions names for sizes known only at run time, numbers for those the manifest fixes
 */
record TowerPort(String name, OnnxJavaType type, boolean required, List<Object> dimensions) {

  static TowerPort required(String name, OnnxJavaType type, Object... dimensions) {
    return new TowerPort(name, type, true, List.of(dimensions));
  }

  static TowerPort optional(String name, OnnxJavaType type, Object... dimensions) {
    return new TowerPort(name, type, false, List.of(dimensions));
  }

  /**
   * Refuses a declaration of another type or shape. A size the graph leaves open passes here and is
   * found out by the forward pass, since exporters often lose fixed sizes on the way.
   */
  void requireFits(NodeInfo declared) {
    if (!(declared.getInfo() instanceof TensorInfo tensor)) {
      throw new IllegalArgumentException(
          name + " is a " + declared.getInfo() + ", valid is a tensor");
    }
    if (tensor.type != type || !fits(tensor.getShape())) {
      throw new IllegalArgumentException(
          "%s is %s %s, valid is %s %s"
              .formatted(name, tensor.type, declaredDimensions(tensor), type, dimensions));
    }
  }

  private boolean fits(long[] shape) {
    if (shape.length != dimensions.size()) {
      return false;
    }
    for (int i = 0; i < shape.length; i++) {
      boolean open = shape[i] < 0;
      if (!open && !(dimensions.get(i) instanceof Integer size && size == shape[i])) {
        return false;
      }
    }
    return true;
  }

  private static List<Object> declaredDimensions(TensorInfo tensor) {
    List<Object> declared = new ArrayList<>();
    for (int i = 0; i < tensor.getShape().length; i++) {
      long size = tensor.getShape()[i];
      String symbol = tensor.getDimensionNames()[i];
      declared.add(size >= 0 ? size : symbol.isEmpty() ? "?" : symbol);
    }
    return declared;
  }
}
