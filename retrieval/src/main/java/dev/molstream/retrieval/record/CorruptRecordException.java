package dev.molstream.retrieval.record;

/** A record in the map is not one of ours: the map cannot be trusted. */
public final class CorruptRecordException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CorruptRecordException(String itemId, int bytes, int leastBytes) {
    super(
        "the record of item "
            + itemId
            + " is damaged: "
            + bytes
            + " bytes, at least "
            + leastBytes
            + " with a valid header expected");
  }
}
