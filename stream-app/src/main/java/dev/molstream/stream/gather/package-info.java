/**
 * The asking side of a sharded catalogue, on the task that has the user: {@link
 * dev.molstream.stream.gather.GatherProcessor} sends one query to all shards and merges what they
 * answer. The other side is {@link dev.molstream.stream.shard}.
 */
@NullMarked
package dev.molstream.stream.gather;

import org.jspecify.annotations.NullMarked;
