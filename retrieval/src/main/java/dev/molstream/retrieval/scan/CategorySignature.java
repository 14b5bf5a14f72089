package dev.molstream.retrieval.scan;

import java.util.Collection;

/**
 * A set of categories as 64 bits, one per category by hash: sets without a common bit have no
 * common category; a common bit proves nothing.
 */
public final class CategorySignature {
  private static final int GOLDEN_RATIO = 0x9E3779B9;

  private CategorySignature() {}

  /** The union of the categories' bits; 0 for none. */
  public static long of(Collection<String> categories) {
    long signature = 0;
    for (String category : categories) {
      signature |= 1L << (category.hashCode() * GOLDEN_RATIO >>> 26);
    }
    return signature;
  }
}
