package dev.molstream.broker;

/** A port that cannot be listened on; the message is one line naming it and what to do. */
public final class PortInUseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PortInUseException(int port, Throwable cause) {
    super(
        "port %d of 127.0.0.1 cannot be listened on (%s): choose another, or 0 for any free one"
            .formatted(port, cause.getMessage()),
        cause);
  }
}
