@NullMarked
package dev.molstream.demo;

import org.jspecify.annotations.NullMarked;
