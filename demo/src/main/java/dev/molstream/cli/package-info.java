/**
 * The command line. {@link dev.molstream.cli.Molstream} is its main class; one class per command,
 * results on stdout, everything else on stderr.
 */
@NullMarked
package dev.molstream.cli;

import org.jspecify.annotations.NullMarked;
