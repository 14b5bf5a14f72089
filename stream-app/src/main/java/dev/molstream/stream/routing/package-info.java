/**
 * Brings a user's events and requests together in one task: {@link
 * dev.molstream.stream.routing.UserPartitions}. Immutable; any thread.
 */
@NullMarked
package dev.molstream.stream.routing;

import org.jspecify.annotations.NullMarked;
