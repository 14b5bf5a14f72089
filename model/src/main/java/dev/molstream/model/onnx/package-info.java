/**
 * Writes ONNX models from Java: {@link dev.molstream.model.onnx.OnnxGraph} collects inputs, weights
 * and nodes and turns them into the bytes of a model file. Single thread.
 */
@NullMarked
package dev.molstream.model.onnx;

import org.jspecify.annotations.NullMarked;
