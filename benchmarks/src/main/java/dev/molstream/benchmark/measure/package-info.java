/**
 * Recall, latency, allocation and throughput of the engine's algorithms: {@link
 * dev.molstream.benchmark.measure.Contestants} lists what is measured, {@link
 * dev.molstream.benchmark.measure.RoundRobin} measures it. Each class says which thread it wants.
 */
@NullMarked
package dev.molstream.benchmark.measure;

import org.jspecify.annotations.NullMarked;
