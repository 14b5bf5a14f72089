@NullMarked
package dev.molstream.stream;

import org.jspecify.annotations.NullMarked;
