package dev.molstream.demo;

/** No model can take over from the one that answers; the message is one line saying why. */
public final class NothingToRollBackException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NothingToRollBackException(String message) {
    super(message);
  }
}
