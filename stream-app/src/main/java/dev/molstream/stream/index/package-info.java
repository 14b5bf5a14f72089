/**
 * The topic item-embeddings as a searchable index on every instance: {@link
 * dev.molstream.stream.index.EmbeddingProcessor} applies the records to the {@link
 * dev.molstream.stream.index.ItemIndexStore}, both on the global stream thread.
 */
@NullMarked
package dev.molstream.stream.index;

import org.jspecify.annotations.NullMarked;
