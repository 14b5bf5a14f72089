/**
 * Learns a model bundle from event logs. A reader fills a {@link
 * dev.molstream.training.TrainingData}, {@link dev.molstream.training.Trainer} learns from it.
 */
@NullMarked
package dev.molstream.training;

import org.jspecify.annotations.NullMarked;
