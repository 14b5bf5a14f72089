/**
 * What survives a restart: {@link dev.molstream.retrieval.store.ItemStore} keeps the records of one
 * model in Chronicle Map files, beside a manifest, the source offsets and a clean-shutdown marker.
 *
 * <p>One process and one writer thread; other threads may read records at their addresses.
 */
@NullMarked
package dev.molstream.retrieval.store;

import org.jspecify.annotations.NullMarked;
