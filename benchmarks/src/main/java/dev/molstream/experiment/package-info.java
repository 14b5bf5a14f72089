/**
 * Measures anew what the paper behind Mixture-of-Logits claims (arXiv 2407.15462). {@link
 * dev.molstream.experiment.Experiments} lists the experiments; each hands on its results as rows
 * and has a section of {@link dev.molstream.experiment.ExperimentPage}. One thread drives; training
 * and ranking start and end threads of their own.
 */
@NullMarked
package dev.molstream.experiment;

import org.jspecify.annotations.NullMarked;
