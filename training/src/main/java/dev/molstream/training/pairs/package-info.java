/**
 * Learns MoL over the vectors of an encoder that runs elsewhere: {@link
 * dev.molstream.training.pairs.PairTrainer} from pairs of a query's vector and the item that
 * answers it. One thread.
 */
@NullMarked
package dev.molstream.training.pairs;

import org.jspecify.annotations.NullMarked;
