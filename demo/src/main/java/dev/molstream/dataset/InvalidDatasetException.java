package dev.molstream.dataset;

/**
 * A data set that cannot be read; the message is one line naming the file, the line, the value and
 * what is valid.
 */
public final class InvalidDatasetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidDatasetException(String message) {
    super(message);
  }

  InvalidDatasetException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Of one value on one line. */
  static InvalidDatasetException at(
      String file, long line, String name, String value, String valid) {
    return new InvalidDatasetException(
        "%s:%d: %s \"%s\", valid is %s".formatted(file, line, name, value, valid));
  }
}
