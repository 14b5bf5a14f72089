package dev.molstream.schemas;

import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * Bytes are not the record they should be, or a record cannot be written. The message is one line
 * that names the record, the value and what is valid.
 */
public final class RecordFormatException extends SerializationException {
  private static final long serialVersionUID = 1;
  private static final int SHOWN_CHARACTERS = 80;

  /** What is wrong, so that it can be counted. */
  public enum Problem {
    /** Neither Avro single-object encoding nor marked as JSON. */
    UNMARKED,
    /** Written with a schema that is not in the schema history. */
    UNKNOWN_SCHEMA,
    /** The marker and the schema are known, the bytes after them do not fit. */
    MALFORMED,
    /** Marked as JSON, and not the JSON form of the record. */
    INVALID_JSON,
    /** A record that lacks a required value, or holds one its schema cannot take. */
    UNWRITABLE
  }

  private final Problem problem;

  RecordFormatException(Problem problem, String message, @Nullable Throwable cause) {
    super(oneLine(message), cause);
    this.problem = problem;
  }

  /** What is wrong. */
  public Problem problem() {
    return problem;
  }

  /** A value from outside as a message may show it: one line, shortened. */
  static String shown(String value) {
    String line = oneLine(value);
    return line.length() <= SHOWN_CHARACTERS
        ? line
        : line.substring(0, SHOWN_CHARACTERS) + "… (" + line.length() + " characters)";
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ");
  }
}
