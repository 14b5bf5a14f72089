package dev.molstream.benchmark;

/** What was asked for cannot be measured; the message says in one line what can. */
public final class InvalidBenchmarkException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A refusal in one line. */
  public InvalidBenchmarkException(String message) {
    super(message);
  }
}
