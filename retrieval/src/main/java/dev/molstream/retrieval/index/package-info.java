/**
 * The index as a whole: {@link dev.molstream.retrieval.index.StoredItemIndex} keeps the persistent
 * store and the scan index in step.
 *
 * <p>One writer thread; searchers and look-ups on any thread.
 */
@NullMarked
package dev.molstream.retrieval.index;

import org.jspecify.annotations.NullMarked;
