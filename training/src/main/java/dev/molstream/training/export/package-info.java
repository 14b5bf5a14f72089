/**
 * Writes what was learned as ONNX towers: the same maths as {@code network}, from the same weights
 * by name, for one position instead of all.
 */
@NullMarked
package dev.molstream.training.export;

import org.jspecify.annotations.NullMarked;
