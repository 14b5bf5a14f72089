/**
 * The streaming application: events, requests and embeddings in, recommendations out. {@link
 * dev.molstream.stream.StreamApp} is the entry, {@link dev.molstream.stream.RecommendationTopology}
 * the picture; all state belongs to Kafka Streams' threads.
 */
@NullMarked
package dev.molstream.stream;

import org.jspecify.annotations.NullMarked;
