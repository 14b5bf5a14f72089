package dev.molstream.training.mixture;

/**
 * The cross gate's weights, or their gradients.
 *
 * @param hiddenWeight [H, L]
 * @param hiddenBias [H]
 * @param outputWeight [L, H]
 * @param outputBias [L]
 */
@SuppressWarnings("ArrayRecordComponent") // handed over
record GateWeights(
    float[] hiddenWeight, float[] hiddenBias, float[] outputWeight, float[] outputBias) {}
