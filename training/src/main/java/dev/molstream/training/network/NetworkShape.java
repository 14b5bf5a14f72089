package dev.molstream.training.network;

import dev.molstream.retrieval.MolShape;

/**
 * Sizes of the whole network.
 *
 * @param mol sizes of the similarity
 * @param encoderKind which encoder
 * @param encoder its sizes
 * @param queryHidden inner width of the SwiGLU that makes query components
 * @param trainedItems rows of the id table, without row 0 for unknown items
 * @param hashBuckets rows of the feature table
 * @param idDropout how often an item's id embedding is left out in training, from 0 to below 1
 */
public record NetworkShape(
    MolShape mol,
    EncoderKind encoderKind,
    EncoderShape encoder,
    int queryHidden,
    int trainedItems,
    int hashBuckets,
    double idDropout) {}
