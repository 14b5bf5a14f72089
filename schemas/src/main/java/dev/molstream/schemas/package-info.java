/**
 * Topics, their records and how these are written as bytes: the only border between processes.
 *
 * <p>Start with {@link dev.molstream.schemas.TopicCatalogue} for names and settings of the topics,
 * {@link dev.molstream.schemas.AvroSerde} for values ({@link dev.molstream.schemas.WireFormat}
 * where there may be a schema registry) and {@link dev.molstream.schemas.EmbeddingKey} for the keys
 * of item-embeddings; all other keys are plain UTF-8 strings. The records themselves are generated
 * from {@code src/main/avro}; schemas which were in use earlier are kept as resources ({@link
 * dev.molstream.schemas.SchemaHistory}). Everything here may be shared between threads; generated
 * records themselves are mutable.
 */
@NullMarked
package dev.molstream.schemas;

import org.jspecify.annotations.NullMarked;
