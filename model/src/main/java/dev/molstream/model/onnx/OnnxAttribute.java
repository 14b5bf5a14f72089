package dev.molstream.model.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import com.google.protobuf.ByteString;

/** A named constant of a node, such as the axis of a softmax. Immutable. */
public final class OnnxAttribute {
  private final AttributeProto proto;

  private OnnxAttribute(AttributeProto.Builder proto) {
    this.proto = proto.build();
  }

  /** An integer. */
  public static OnnxAttribute integer(String name, long value) {
    return new OnnxAttribute(named(name).setType(AttributeType.INT).setI(value));
  }

  /** A list of integers. */
  public static OnnxAttribute integers(String name, long... values) {
    AttributeProto.Builder builder = named(name).setType(AttributeType.INTS);
    for (long value : values) {
      builder.addInts(value);
    }
    return new OnnxAttribute(builder);
  }

  /** A floating-point number. */
  public static OnnxAttribute number(String name, float value) {
    return new OnnxAttribute(named(name).setType(AttributeType.FLOAT).setF(value));
  }

  /** A text. */
  public static OnnxAttribute text(String name, String value) {
    return new OnnxAttribute(
        named(name).setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(value)));
  }

  AttributeProto proto() {
    return proto;
  }

  private static AttributeProto.Builder named(String name) {
    return AttributeProto.newBuilder().setName(name);
  }
}
