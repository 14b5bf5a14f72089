/**
 * What training minimises: sampled softmax over shared negatives, and the load-balancing loss of
 * the gates.
 */
@NullMarked
package dev.molstream.training.loss;

import org.jspecify.annotations.NullMarked;
