/**
 * What a training step reads: users grouped by length into micro-batches, the items they need and
 * the shared negatives. Plain arrays; nothing here knows LibTorch.
 */
@NullMarked
package dev.molstream.training.batch;

import org.jspecify.annotations.NullMarked;
