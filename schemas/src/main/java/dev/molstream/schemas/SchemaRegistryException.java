package dev.molstream.schemas;

import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * The schema registry does not answer, or refuses to. Says nothing about the record at hand: it
 * must be tried again, never be put aside.
 */
public final class SchemaRegistryException extends KafkaException {
  private static final long serialVersionUID = 1;

  /** One line that names the registry, and what is wrong. */
  public SchemaRegistryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
