package dev.molstream.training.network;

import dev.molstream.retrieval.MolShape;
import java.util.Arrays;

/**
 * Lengths for component vectors: that of an item says how popular it is, and without it vectors
 * hardly learn by the softmax over all items. Components are unit vectors all the same, so the last
 * two coordinates make up what is missing, the one of queries where items have 0 and the other the
 * other way round (both sides of what Bachrach et al., RecSys 2014, do to items).
 */
public final class Lift {
  /** One vector begins well within length 1, so that scores begin small. */
  private static final double SCALE = 0.25;

  private Lift() {}

  /** Whether vectors of the shape can be lifted. */
  public static boolean hasRoom(MolShape shape) {
    return shape.componentDimension() > 2;
  }

  /** Whether bundles that do not say so have lifted vectors: dot products have. */
  public static boolean hadAlways(MolShape shape) {
    return shape.logits() == 1 && hasRoom(shape);
  }

  /** The coordinate that fills up queries. */
  public static int ofQueries(MolShape shape) {
    return shape.componentDimension() - 2;
  }

  /** The coordinate that fills up items. */
  public static int ofItems(MolShape shape) {
    return shape.componentDimension() - 1;
  }

  /**
   * What coordinates are multiplied by. The mean of n vectors that have nothing to do with each
   * other is √n times shorter than one of them, which this makes up for: the warm-up of a mixture
   * begins like a dot product.
   *
   * @param count how many components a query or an item has
   */
  public static float[] scales(long count, long width) {
    float[] scales = new float[(int) width];
    Arrays.fill(scales, 0, scales.length - 2, (float) (SCALE * Math.sqrt(count)));
    return scales;
  }

  /** 1 at a coordinate. */
  public static float[] onlyAt(int coordinate, long width) {
    float[] only = new float[(int) width];
    only[coordinate] = 1;
    return only;
  }
}
