package dev.molstream.service;

/**
 * Thrown by a processor, or by a deserializer, at a record that can be read and still not be used:
 * {@link DeadLetters} takes the record and the stream goes on. A processor throws it before it
 * forwards anything or changes a store.
 */
public final class InvalidRecordException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final DeadLetterReason reason;

  /**
   * @param message one line naming the value and what is valid
   */
  public InvalidRecordException(DeadLetterReason reason, String message) {
    super(message, null, false, false); // where it was thrown says nothing: the reason does
    this.reason = reason;
  }

  /** What is wrong, to count by. */
  public DeadLetterReason reason() {
    return reason;
  }
}
