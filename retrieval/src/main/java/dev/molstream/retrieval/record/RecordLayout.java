package dev.molstream.retrieval.record;

import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.VectorFormat;

/**
 * The bytes of one item in the Chronicle Map. Little-endian; vectors are in the index's {@link
 * VectorFormat}. D, P_Q, P_X, d and L = P_Q·P_X are those of the shape.
 *
 * <pre>
 *   0       4         6       8          12            16              20
 *   ┌───────┬─────────┬───────┬──────────┬─────────────┬───────────────┬─────────────────┐
 *   │ magic │ version │ flags │ id bytes │ title bytes │ category bytes│ attribute bytes │ … 0 to 32
 *   ├───────┴─────────┴───────┴──────────┴─────────────┴───────────────┴─────────────────┤
 *   │ components    P_X × d numbers, component major                                     │ from 32
 *   ├────────────────────────────────────────────────────────────────────────────────────┤
 *   │ gate          L numbers, item index major: number m·P_Q + n is b(x) of pair (n, m) │
 *   ├────────────────────────────────────────────────────────────────────────────────────┤
 *   │ base          D numbers                                                            │
 *   ├────────────────────────────────────────────────────────────────────────────────────┤
 *   │ id, title     UTF-8                                                                │
 *   │ categories    for each: length (2 bytes), UTF-8                                    │
 *   │ attributes    for each: key, then value, as categories                             │
 *   └────────────────────────────────────────────────────────────────────────────────────┘
 * </pre>
 *
 * <p>The gate is item index major, unlike everywhere else, because the kernel computes component
 * logits in that order.
 */
public final class RecordLayout {
  /** Where the components start. */
  public static final int COMPONENTS_OFFSET = 32;

  private final MolShape shape;
  private final VectorFormat format;

  /** The layout of records of this shape and format. */
  public RecordLayout(MolShape shape, VectorFormat format) {
    this.shape = shape;
    this.format = format;
  }

  /** The model's sizes. */
  public MolShape shape() {
    return shape;
  }

  /** The vectors' format. */
  public VectorFormat format() {
    return format;
  }

  /** Where the gate starts. */
  public int gateOffset() {
    return COMPONENTS_OFFSET + shape.itemFloats() * format.bytes();
  }

  /** Where the base vector starts. */
  public int baseOffset() {
    return gateOffset() + shape.logits() * format.bytes();
  }

  /** Where the texts start. */
  public int textOffset() {
    return baseOffset() + shape.baseDimension() * format.bytes();
  }
}
