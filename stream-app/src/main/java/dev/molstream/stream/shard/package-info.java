/**
 * The owning side of a sharded catalogue: per partition of item-embeddings one task with an index
 * of its items, which answers the queries on shard-queries. {@link
 * dev.molstream.stream.shard.ShardClient} runs the tasks of one model. The other side is {@link
 * dev.molstream.stream.gather}.
 */
@NullMarked
package dev.molstream.stream.shard;

import org.jspecify.annotations.NullMarked;
