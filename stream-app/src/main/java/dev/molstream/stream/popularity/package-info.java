/**
 * What to recommend to someone unknown: {@link dev.molstream.stream.popularity.PopularItems} counts
 * events per item, recent ones more. One instance per task, on the task's thread.
 */
@NullMarked
package dev.molstream.stream.popularity;

import org.jspecify.annotations.NullMarked;
