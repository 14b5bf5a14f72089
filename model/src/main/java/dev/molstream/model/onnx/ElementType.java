package dev.molstream.model.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;

/** What a tensor holds. */
public enum ElementType {
  FLOAT(DataType.FLOAT),
  INT64(DataType.INT64),
  BOOL(DataType.BOOL);

  private final DataType dataType;

  ElementType(DataType dataType) {
    this.dataType = dataType;
  }

  /** The number ONNX gives the type, as the Cast operator's attribute {@code to} wants it. */
  public int code() {
    return dataType.getNumber();
  }
}
