/**
 * What each user did last. {@link dev.molstream.stream.history.UserHistory} is the entry: events go
 * in in any order and come out by time. One instance per task, on the task's thread.
 */
@NullMarked
package dev.molstream.stream.history;

import org.jspecify.annotations.NullMarked;
