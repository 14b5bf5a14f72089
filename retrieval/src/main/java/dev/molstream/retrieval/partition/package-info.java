/**
 * Candidate search in less than a scan: {@link dev.molstream.retrieval.partition.Projection} turns
 * an item's component vectors into a short code, {@link
 * dev.molstream.retrieval.partition.Partition} keeps the codes of near items together in lists, and
 * {@link dev.molstream.retrieval.partition.PartitionBuilder} learns both from the items.
 *
 * <p>One writer thread changes a partition, any number of readers scan it meanwhile. What they read
 * there are hints: every candidate is scored from its record, under the record's lock.
 */
@NullMarked
package dev.molstream.retrieval.partition;

import org.jspecify.annotations.NullMarked;
