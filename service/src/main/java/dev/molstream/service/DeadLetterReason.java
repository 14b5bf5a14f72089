package dev.molstream.service;

/** Why a record cannot be used. Written as {@code molstream.reason}, counted by it. */
public enum DeadLetterReason {
  /** Key or value is not in a format or schema that can be read. */
  UNREADABLE,
  /** An id is missing, empty or too long. */
  INVALID_ID,
  /** The record's key and the id in its value differ. */
  KEY_MISMATCH,
  /** A vector has the wrong length, or a number in it is not usable. */
  INVALID_VECTOR,
  /** Vectors in it were made for another model. */
  OTHER_MODEL,
  /** Any other field is out of its range. */
  INVALID_VALUE
}
