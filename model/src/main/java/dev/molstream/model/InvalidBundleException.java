package dev.molstream.model;

/**
 * A bundle that cannot be used; the message is one line naming the file, the value and what is
 * valid.
 */
public final class InvalidBundleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidBundleException(String message) {
    super(message);
  }

  public InvalidBundleException(String message, Throwable cause) {
    super(message, cause);
  }
}
