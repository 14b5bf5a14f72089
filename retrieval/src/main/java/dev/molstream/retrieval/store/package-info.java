/**
 * What survives a restart: {@link dev.molstream.retrieval.store.ItemStore} keeps the items of one
 * model in a Chronicle Map file, beside a manifest, the source offsets and a clean-shutdown marker.
 *
 * <p>One process and one writer thread; other threads may read base vectors.
 */
@NullMarked
package dev.molstream.retrieval.store;

import org.jspecify.annotations.NullMarked;
