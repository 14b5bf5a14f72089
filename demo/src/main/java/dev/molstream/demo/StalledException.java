package dev.molstream.demo;

/** Something that was waited for did not happen; the message is one line saying what. */
public final class StalledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With what was waited for, in vain. */
  public StalledException(String message) {
    super(message);
  }
}
