/**
 * The heart of the topology: one {@link dev.molstream.stream.user.UserProcessor} per task takes the
 * events and the requests of its share of the users, on the task's thread. {@link
 * dev.molstream.stream.user.UserPartitions} says which share a user belongs to.
 */
@NullMarked
package dev.molstream.stream.user;

import org.jspecify.annotations.NullMarked;
