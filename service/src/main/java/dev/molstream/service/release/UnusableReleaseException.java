package dev.molstream.service.release;

/** A release cannot be used; the message is one line saying why. */
public final class UnusableReleaseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With the reason, one line. */
  public UnusableReleaseException(String message) {
    super(message);
  }
}
