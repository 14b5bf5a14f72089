package dev.molstream.service;

import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** Validators that say in words what is valid: the words end up in messages and in the docs. */
public final class SettingRange implements ConfigDef.Validator {
  private final String words;
  private final Predicate<Object> valid;

  private SettingRange(String words, Predicate<Object> valid) {
    this.words = words;
    this.valid = valid;
  }

  /** Whole numbers from {@code least} to {@code most}, both included. */
  public static SettingRange between(long least, long most) {
    return new SettingRange(
        "a whole number, " + least + " to " + most,
        value ->
            value instanceof Number number
                && number.longValue() >= least
                && number.longValue() <= most);
  }

  /** One of the given texts. */
  public static SettingRange oneOf(String... texts) {
    List<String> valid = List.of(texts);
    return new SettingRange("one of " + String.join(", ", valid), valid::contains);
  }

  /** Text that is not blank. */
  public static SettingRange notBlank() {
    return new SettingRange("text, not empty", value -> !value.toString().isBlank());
  }

  /** Text that matches all of a regular expression. */
  public static SettingRange matching(String expression, String words) {
    return new SettingRange(words, value -> value.toString().matches(expression));
  }

  @Override
  public void ensureValid(String name, @Nullable Object value) {
    if (value == null || !valid.test(value)) {
      throw new ConfigException(name, value, words);
    }
  }

  @Override
  public String toString() {
    return words;
  }
}
