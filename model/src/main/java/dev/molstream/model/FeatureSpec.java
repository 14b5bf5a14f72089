package dev.molstream.model;

/**
 * How item content becomes the item tower's inputs.
 *
 * @param hashBuckets features are hashed to 1 … hashBuckets-1; 0 is padding
 * @param maxFeatures features per item; further ones are dropped, title words first
 * @param contentDimension length of content embeddings, 0 for none
 */
public record FeatureSpec(int hashBuckets, int maxFeatures, int contentDimension) {}
