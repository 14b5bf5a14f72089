/**
 * Open-loop request load: {@link dev.molstream.load.LoadClient} sends requests when a {@link
 * dev.molstream.load.Schedule} says so, whatever became of those before, and {@link
 * dev.molstream.load.LoadResult} says what came of them. Latency counts from when a request was
 * due, so that a system that stalls is not measured less often while it does.
 */
@NullMarked
package dev.molstream.load;

import org.jspecify.annotations.NullMarked;
