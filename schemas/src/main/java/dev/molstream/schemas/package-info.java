/** Topics, Avro records and how they are written as bytes. */
@NullMarked
package dev.molstream.schemas;

import org.jspecify.annotations.NullMarked;
