/**
 * From a request to its answer: {@link dev.molstream.stream.request.RequestProcessor} checks and
 * addresses, the recommender reads the user's history, encodes it and searches. One instance per
 * task, on the task's thread; only the item index is shared.
 */
@NullMarked
package dev.molstream.stream.request;

import org.jspecify.annotations.NullMarked;
