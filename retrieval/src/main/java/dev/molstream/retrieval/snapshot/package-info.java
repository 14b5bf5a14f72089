/**
 * What is saved when an index is closed, so that the next start need not find it again: {@link
 * dev.molstream.retrieval.snapshot.SnapshotWriter} writes numbers, texts and arrays to a file one
 * after the other, {@link dev.molstream.retrieval.snapshot.SnapshotReader} reads them in the same
 * order.
 */
@NullMarked
package dev.molstream.retrieval.snapshot;

import org.jspecify.annotations.NullMarked;
