/**
 * The model bundle: a folder with {@code model.json}, the two towers as ONNX, the cross gate's
 * weights and the trained item ids. {@link dev.molstream.model.ModelBundle} reads and verifies one,
 * {@link dev.molstream.model.BundleWriter} writes one.
 */
@NullMarked
package dev.molstream.model;

import org.jspecify.annotations.NullMarked;
