package dev.molstream.training.mixture;

/**
 * What a query or an item brings to its scores, for several of them; or the gradients of it.
 *
 * @param components [count, components, d]
 * @param gates [count, L]
 */
@SuppressWarnings("ArrayRecordComponent") // handed over
record Vectors(float[] components, float[] gates) {}
