package dev.molstream.service;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A setting that cannot be used; the message is one line naming it, its value and what is valid.
 */
public final class InvalidConfigException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public InvalidConfigException(String message) {
    super(message);
  }

  /** Says that {@code name} cannot be {@code value}; the values of secrets are not shown. */
  static InvalidConfigException of(String name, @Nullable Object value, String valid) {
    Object shown = Settings.isSecret(name) ? Settings.MASK : value;
    return new InvalidConfigException(
        String.format(Locale.ROOT, "%s=%s is not valid: %s", name, shown, valid));
  }
}
