package dev.molstream.stream.gather;

import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.ShardQuery;

/**
 * What a request becomes where the items are elsewhere: a query for the shards, and the answer but
 * for what they will say.
 *
 * @param query under a gatherId and attempt of its own
 * @param draft without items; its timings are those so far
 */
public record ShardedRanking(ShardQuery query, Recommendations draft) {}
