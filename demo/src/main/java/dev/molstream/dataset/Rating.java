package dev.molstream.dataset;

/**
 * One event of a data set: a user rated an item.
 *
 * @param stars 0.5 to 5
 * @param timestampMillis when, milliseconds since 1970 UTC
 */
public record Rating(String userId, String itemId, float stars, long timestampMillis) {}
