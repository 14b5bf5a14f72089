/**
 * The models that answer, from their release to their end. {@link
 * dev.molstream.stream.model.ModelLifeCycle} is the entry: one thread that gives each model an
 * {@link dev.molstream.stream.model.ItemFeed}, of all items or of a share of them, and publishes
 * what is ready to the served models.
 */
@NullMarked
package dev.molstream.stream.model;

import org.jspecify.annotations.NullMarked;
