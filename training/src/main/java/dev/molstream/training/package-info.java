@NullMarked
package dev.molstream.training;

import org.jspecify.annotations.NullMarked;
