/**
 * From a request to its answer: {@link dev.molstream.stream.request.RequestAnswerer}, one per task
 * and on the task's thread, checks it and takes a recommender from the {@link
 * dev.molstream.stream.request.ServedModels}, which reads the user's history, encodes it and
 * searches. Only the served models are shared between threads.
 */
@NullMarked
package dev.molstream.stream.request;

import org.jspecify.annotations.NullMarked;
