@NullMarked
package dev.molstream.updater;

import org.jspecify.annotations.NullMarked;
