/**
 * What the machine can do: {@link dev.molstream.benchmark.machine.Machine} measures memory and
 * arithmetic and names processor, JVM and commit.
 */
@NullMarked
package dev.molstream.benchmark.machine;

import org.jspecify.annotations.NullMarked;
