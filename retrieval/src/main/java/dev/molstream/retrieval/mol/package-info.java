/**
 * The Mixture-of-Logits score (arXiv 2407.15462, section 3): {@link
 * dev.molstream.retrieval.mol.ReferenceScorer} says what it is, {@link
 * dev.molstream.retrieval.mol.MolKernel} computes it for a tile of items at once, in a scalar and a
 * SIMD form that agree to 1e-4.
 *
 * <p>Kernels hold scratch memory and belong to one thread.
 */
@NullMarked
package dev.molstream.retrieval.mol;

import org.jspecify.annotations.NullMarked;
