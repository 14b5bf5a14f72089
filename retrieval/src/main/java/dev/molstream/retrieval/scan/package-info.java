/**
 * What a search reads: {@link dev.molstream.retrieval.scan.ScanIndex} holds all items in off-heap
 * blocks that a kernel scores at once. Derived from the store at start and disposable.
 *
 * <p>One writer thread, any number of readers. A reader takes a block's {@link
 * java.util.concurrent.locks.StampedLock} optimistically, so it never slows the writer down, and
 * asks for the lock only when the writer got in between.
 */
@NullMarked
package dev.molstream.retrieval.scan;

import org.jspecify.annotations.NullMarked;
