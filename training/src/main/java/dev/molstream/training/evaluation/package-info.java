/**
 * Honest offline numbers: {@link dev.molstream.training.evaluation.Evaluator} ranks held-out items
 * with an exported bundle, through the towers and the engine that serve.
 */
@NullMarked
package dev.molstream.training.evaluation;

import org.jspecify.annotations.NullMarked;
