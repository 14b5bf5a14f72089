package dev.molstream.training.network;

import dev.molstream.retrieval.MolShape;
import java.util.Arrays;

/**
 * Where a query and an item have one component each, the similarity is a dot product, and lengths
 * matter: that of an item says how popular it is. Components are unit vectors all the same, so the
 * last two coordinates make up what is missing, the one of queries where items have 0 and the other
 * the other way round (both sides of what Bachrach et al., RecSys 2014, do to items). Without it a
 * dot product is a cosine, which hardly learns by the softmax over all items.
 */
public final class Lift {
  /** Vectors begin well within length 1, so that scores begin small. */
  private static final float SCALE = 0.25f;

  private Lift() {}

  /** Whether vectors of the shape are lifted. */
  public static boolean applies(MolShape shape) {
    return shape.logits() == 1 && shape.componentDimension() > 2;
  }

  /** The coordinate that fills up queries. */
  public static int ofQueries(MolShape shape) {
    return shape.componentDimension() - 2;
  }

  /** The coordinate that fills up items. */
  public static int ofItems(MolShape shape) {
    return shape.componentDimension() - 1;
  }

  /** What coordinates are multiplied by. */
  public static float[] scales(long width) {
    float[] scales = new float[(int) width];
    Arrays.fill(scales, 0, scales.length - 2, SCALE);
    return scales;
  }

  /** 1 at a coordinate. */
  public static float[] onlyAt(int coordinate, long width) {
    float[] only = new float[(int) width];
    only[coordinate] = 1;
    return only;
  }
}
