package dev.molstream.model;

/**
 * How item content becomes the item tower's inputs.
 *
 * @param hashBuckets features are hashed to 1 … hashBuckets-1; 0 is padding; 2 to 16,777,216
 * @param maxFeatures features per item, 1 to 1024; further ones are dropped, title words first
 * @param contentDimension length of content embeddings, 0 for none, at most 8192
 */
public record FeatureSpec(int hashBuckets, int maxFeatures, int contentDimension) {
  public FeatureSpec {
    ModelManifest.requireRange("hashBuckets", hashBuckets, 2, 1 << 24);
    ModelManifest.requireRange("maxFeatures", maxFeatures, 1, 1024);
    ModelManifest.requireRange("contentDimension", contentDimension, 0, 8192);
  }
}
