package dev.molstream.dataset;

import dev.molstream.schemas.Action;

/**
 * One event of a data set: what a user did with an item.
 *
 * @param value in the action's own unit: 0.5 to 5 stars of a rating, 1 where there is nothing to
 *     say
 * @param timestampMillis when, milliseconds since 1970 UTC
 */
public record Interaction(
    String userId, String itemId, Action action, float value, long timestampMillis) {}
