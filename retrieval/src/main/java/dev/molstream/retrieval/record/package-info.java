/**
 * What one item looks like in the Chronicle Map: {@link
 * dev.molstream.retrieval.record.RecordLayout} says where everything lies.
 */
@NullMarked
package dev.molstream.retrieval.record;

import org.jspecify.annotations.NullMarked;
