/**
 * Exact and approximate top-K: {@link dev.molstream.retrieval.search.IndexSearcher} takes a request
 * through filter, candidate search and full scoring to the answer. A file per algorithm.
 *
 * <p>A searcher belongs to one thread and allocates nothing per search. The writer may change
 * anything meanwhile; see {@link dev.molstream.retrieval.slots.SlotTable} and {@link
 * dev.molstream.retrieval.slots.ChangeLog} for what keeps an answer right.
 */
@NullMarked
package dev.molstream.retrieval.search;

import org.jspecify.annotations.NullMarked;
