package dev.molstream.stream;

/**
 * Topics are missing or do not fit together; the message is one line saying which and what to do.
 */
public final class UnusableTopicsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnusableTopicsException(String message) {
    super(message);
  }
}
