/**
 * Others' code on the same vectors: LibTorch scoring in full, the graphs of Lucene and JVector
 * finding candidates that our scorer ranks. One thread.
 */
@NullMarked
package dev.molstream.benchmark.peer;

import org.jspecify.annotations.NullMarked;
