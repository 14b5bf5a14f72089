/**
 * Honest offline numbers: {@link dev.molstream.training.evaluation.Evaluation} is what a bundle is
 * worth on a data set beside {@link dev.molstream.training.evaluation.Baselines}, ranked by {@link
 * dev.molstream.training.evaluation.Evaluator} through the towers and the engine that serve.
 */
@NullMarked
package dev.molstream.training.evaluation;

import org.jspecify.annotations.NullMarked;
