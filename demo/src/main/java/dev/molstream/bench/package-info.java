/**
 * Benchmarks of the running system: a broker and the services, each in a process of its own ({@link
 * dev.molstream.bench.Installation}), and clients of theirs in this one.
 */
@NullMarked
package dev.molstream.bench;

import org.jspecify.annotations.NullMarked;
