/**
 * Exact and approximate top-K over a {@link dev.molstream.retrieval.scan.ScanIndex}: {@link
 * dev.molstream.retrieval.search.ScanSearcher}.
 *
 * <p>A searcher belongs to one thread and allocates nothing per search.
 */
@NullMarked
package dev.molstream.retrieval.search;

import org.jspecify.annotations.NullMarked;
