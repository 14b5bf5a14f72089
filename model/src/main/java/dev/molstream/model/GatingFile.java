package dev.molstream.model;

import dev.molstream.model.Safetensors.Tensor;
import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolShape;
import java.util.List;
import java.util.Map;

/** {@code gating.safetensors}: the cross gate's weights under PyTorch's names and shapes. */
final class GatingFile {
  private static final String HIDDEN_WEIGHT = "gate.hidden.weight";
  private static final String HIDDEN_BIAS = "gate.hidden.bias";
  private static final String OUTPUT_WEIGHT = "gate.output.weight";
  private static final String OUTPUT_BIAS = "gate.output.bias";

  private GatingFile() {}

  static byte[] write(MolShape shape, GatingNetwork gating) {
    int logits = shape.logits();
    int hidden = shape.gateHidden();
    return Safetensors.write(
        Map.of(
            HIDDEN_WEIGHT, new Tensor(List.of(hidden, logits), gating.hiddenWeight()),
            HIDDEN_BIAS, new Tensor(List.of(hidden), gating.hiddenBias()),
            OUTPUT_WEIGHT, new Tensor(List.of(logits, hidden), gating.outputWeight()),
            OUTPUT_BIAS, new Tensor(List.of(logits), gating.outputBias())));
  }

  /**
   * Reads the file's bytes; further tensors in it are ignored.
   *
   * @throws IllegalArgumentException in one line, without the file's name
   */
  static GatingNetwork parse(byte[] bytes, MolShape shape) {
    Map<String, Tensor> tensors = Safetensors.read(bytes);
    int logits = shape.logits();
    int hidden = shape.gateHidden();
    return GatingNetwork.of(
        shape,
        values(tensors, HIDDEN_WEIGHT, List.of(hidden, logits)),
        values(tensors, HIDDEN_BIAS, List.of(hidden)),
        values(tensors, OUTPUT_WEIGHT, List.of(logits, hidden)),
        values(tensors, OUTPUT_BIAS, List.of(logits)));
  }

  private static float[] values(Map<String, Tensor> tensors, String name, List<Integer> shape) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("has no tensor " + name + ", only " + tensors.keySet());
    }
    if (!tensor.shape().equals(shape)) {
      throw new IllegalArgumentException(
          "tensor %s has shape %s, valid is %s".formatted(name, tensor.shape(), shape));
    }
    for (float value : tensor.values()) {
      if (!(Math.abs(value) <= MolShape.LARGEST_VALUE)) {
        throw new IllegalArgumentException(
            "tensor %s holds %s, valid are numbers within ±%s"
                .formatted(name, value, MolShape.LARGEST_VALUE));
      }
    }
    return tensor.values();
  }
}
