/**
 * The loss of the mixture and its gradients in one pass over the pairs, with the JDK Vector API:
 * what {@link dev.molstream.training.network.MolHead}, {@link
 * dev.molstream.training.loss.SampledSoftmax} and {@link
 * dev.molstream.training.loss.MutualInformationLoss} say tensor by tensor, computed while a
 * position's activations are in the cache. {@link dev.molstream.training.mixture.FusedMixtureLoss}
 * is the way in.
 *
 * <p>Pairs lie along the lanes, {@link dev.molstream.training.mixture.PairBlock#PAIRS} at a time. A
 * call runs on one thread and adds up in a fixed order.
 */
@NullMarked
package dev.molstream.training.mixture;

import org.jspecify.annotations.NullMarked;
