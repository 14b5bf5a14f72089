/**
 * The learned parts on LibTorch: item network, sequence encoders and the MoL head. {@link
 * dev.molstream.training.network.RetrievalNetwork} ties them together.
 *
 * <p>Tensors made on the way belong to the caller's {@code PointerScope}; only {@link
 * dev.molstream.training.network.Parameters} outlives it. Forward passes may run on several threads
 * at once as long as nobody changes the parameters meanwhile.
 */
@NullMarked
package dev.molstream.training.network;

import org.jspecify.annotations.NullMarked;
