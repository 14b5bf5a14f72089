package dev.molstream.stream.request;

import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.ShardQuery;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a request becomes where the items are elsewhere: a query for the shards, and the answer but
 * for what they will say.
 *
 * @param query what to search for; who asks and until when is still to be set
 * @param draft without items; its timings are those so far
 * @param deadline the request's own, or null
 */
public record ShardedRanking(
    ShardQuery.Builder query, Recommendations draft, @Nullable Instant deadline)
    implements RequestAnswerer.Reply {}
