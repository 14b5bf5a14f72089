package dev.molstream.training.network;

import dev.molstream.model.encoder.TimeBuckets;

/**
 * Sizes of a sequence encoder.
 *
 * @param width D, length of a base vector, divisible by the heads
 * @param blocks attention blocks, at least 1
 * @param heads attention heads, at least 1
 * @param maxHistory N, the longest history, at least 1
 * @param dropout share of values dropped in training, from 0 to below 1
 * @param timeBuckets of the bias by time gap ({@link TimeBuckets}); 0 for none, HSTU only
 */
public record EncoderShape(
    int width, int blocks, int heads, int maxHistory, double dropout, int timeBuckets) {
  public EncoderShape {
    if (blocks < 1 || heads < 1 || maxHistory < 1) {
      throw new IllegalArgumentException(
          "blocks "
              + blocks
              + ", heads "
              + heads
              + " and history length "
              + maxHistory
              + " must each be at least 1");
    }
    if (width % heads != 0) {
      throw new IllegalArgumentException("width " + width + " is not divisible by heads " + heads);
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout " + dropout + " is not from 0 to below 1");
    }
    if (timeBuckets < 0 || timeBuckets > TimeBuckets.MOST) {
      throw new IllegalArgumentException(
          "time buckets " + timeBuckets + " are not within 0 to " + TimeBuckets.MOST);
    }
  }

  /** Whether the encoder reads when events happened. */
  public boolean readsTimes() {
    return timeBuckets > 0;
  }
}
