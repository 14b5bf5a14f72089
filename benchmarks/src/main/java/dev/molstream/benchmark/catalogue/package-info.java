/**
 * Items and queries to measure with: {@link dev.molstream.benchmark.catalogue.Catalogue} makes a
 * large catalogue out of a small one, {@link dev.molstream.benchmark.catalogue.Queries} encodes
 * histories that training has not seen. One thread.
 */
@NullMarked
package dev.molstream.benchmark.catalogue;

import org.jspecify.annotations.NullMarked;
