/**
 * The engine's values and its entry: {@link dev.molstream.retrieval.ItemIndex} holds the items, a
 * {@link dev.molstream.retrieval.Searcher} finds the top K of them under Mixture-of-Logits.
 *
 * <p>One thread writes to an index; any number of threads search it, each with its own searcher.
 */
@NullMarked
package dev.molstream.retrieval;

import org.jspecify.annotations.NullMarked;
