/**
 * Which items carry which categories and attribute values: {@link
 * dev.molstream.retrieval.tags.TagIndex} holds a compressed set of slots per value.
 *
 * <p>One writer thread, any number of readers.
 */
@NullMarked
package dev.molstream.retrieval.tags;

import org.jspecify.annotations.NullMarked;
