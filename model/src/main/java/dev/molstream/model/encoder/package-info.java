/**
 * The HSTU encoder of a bundle's own weights, run event by event: {@link
 * dev.molstream.model.encoder.HstuEncoder} computes only what a {@link
 * dev.molstream.model.encoder.EncodedHistory} does not hold yet, so that a request after one new
 * event costs two rows instead of the whole history. One thread at a time each.
 */
@NullMarked
package dev.molstream.model.encoder;

import org.jspecify.annotations.NullMarked;
