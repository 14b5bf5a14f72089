package dev.molstream.stream.validation;

import org.jspecify.annotations.Nullable;

/** The rule for ids of users, items, events, requests and models. */
public final class Identifiers {
  static final int MAX_LENGTH = 256;

  private static final int SHOWN = 40;

  private Identifiers() {}

  /** What is wrong with an id that must be there; null when nothing is. */
  static @Nullable String problem(String field, String id) {
    if (id.isEmpty()) {
      return field + " is empty, valid are 1 to " + MAX_LENGTH + " characters";
    }
    if (id.length() > MAX_LENGTH) {
      return "%s '%s' has %d characters, valid are 1 to %d"
          .formatted(field, shown(id), id.length(), MAX_LENGTH);
    }
    for (int i = 0; i < id.length(); i++) {
      char character = id.charAt(i);
      // NUL separates the parts of a store's key; half a surrogate pair has no UTF-8 form.
      boolean pair =
          Character.isHighSurrogate(character)
              && i + 1 < id.length()
              && Character.isLowSurrogate(id.charAt(i + 1));
      if (pair) {
        i++;
      } else if (character == 0 || Character.isSurrogate(character)) {
        return "%s '%s' has U+%04X at position %d, valid is any text without NUL"
            .formatted(field, shown(id), (int) character, i);
      }
    }
    return null;
  }

  /** A value from outside as a message may show it: one line, shortened. */
  public static String shown(String value) {
    String line = value.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
  }
}
