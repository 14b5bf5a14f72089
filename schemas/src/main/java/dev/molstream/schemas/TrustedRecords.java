package dev.molstream.schemas;

import org.apache.avro.util.ClassSecurityValidator;

/**
 * Lets Avro load the generated enums of this package by name, which it refuses by default. The JVM
 * flag {@code org.apache.avro.SERIALIZABLE_PACKAGES} says the same and is needed by code that
 * builds a record before it touches a serde.
 */
final class TrustedRecords {
  static {
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            ClassSecurityValidator.getGlobal(),
            type -> type.getPackage() == TrustedRecords.class.getPackage()));
  }

  private TrustedRecords() {}

  /** Has taken effect when it returns, however often it is called. */
  static void declare() {}
}
