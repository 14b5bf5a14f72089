/**
 * The Mixture-of-Logits score (arXiv 2407.15462, section 3) over item records in place: {@link
 * dev.molstream.retrieval.kernel.ReferenceScorer} says what it is, {@link
 * dev.molstream.retrieval.kernel.MolKernel} computes it in a scalar and a SIMD form that agree to
 * 1e-4, and {@link dev.molstream.retrieval.kernel.CodeScanner} scans the codes of candidate search.
 *
 * <p>Kernels hold scratch memory and belong to one thread.
 */
@NullMarked
package dev.molstream.retrieval.kernel;

import org.jspecify.annotations.NullMarked;
