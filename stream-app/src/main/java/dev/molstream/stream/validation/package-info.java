/**
 * What makes an event or a request usable. Rules answer with one line naming the value and what is
 * valid, or null when there is nothing to say. Stateless; any thread.
 */
@NullMarked
package dev.molstream.stream.validation;

import org.jspecify.annotations.NullMarked;
