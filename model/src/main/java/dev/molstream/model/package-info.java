/**
 * The model bundle: a folder with {@code model.json}, the two towers as ONNX, the cross gate's
 * weights and the trained item ids. {@link dev.molstream.model.ModelBundle} reads and verifies one,
 * {@link dev.molstream.model.BundleWriter} writes one, {@link dev.molstream.model.RandomBundle}
 * makes one without training.
 *
 * <p>Bundles and feature encoders are immutable and for any thread; towers and histories are
 * buffers, for one thread at a time: each thread opens its own.
 */
@NullMarked
package dev.molstream.model;

import org.jspecify.annotations.NullMarked;
