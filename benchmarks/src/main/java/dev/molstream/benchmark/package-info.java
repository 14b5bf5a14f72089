/**
 * Measures the engine. {@link dev.molstream.benchmark.RetrievalBenchmark} runs everything in one
 * process and one run, so that each figure has the machine's limits and its rivals beside it. One
 * thread drives; others are started and ended inside a measurement.
 */
@NullMarked
package dev.molstream.benchmark;

import org.jspecify.annotations.NullMarked;
