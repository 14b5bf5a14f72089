package dev.molstream.service;

import java.util.Collection;
import java.util.Comparator;

/** Refuses unknown names and says which known one was probably meant. */
final class SettingNames {
  private SettingNames() {}

  /** Returns {@code name} when it is one of {@code known}. */
  static String requireKnown(Collection<String> known, String name) {
    if (known.contains(name)) {
      return name;
    }
    String nearest =
        known.stream()
            .min(
                Comparator.comparingInt((String other) -> distance(name, other))
                    .thenComparing(Comparator.naturalOrder()))
            .orElseThrow();
    throw new InvalidConfigException(
        "unknown setting " + name + ": did you mean " + nearest + "? (kafka.* goes to Kafka)");
  }

  /** Levenshtein distance: insertions, deletions and replacements of one character. */
  static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int column = 0; column < row.length; column++) {
      row[column] = column;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int column = 1; column < row.length; column++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(column - 1) ? 0 : 1);
        diagonal = row[column];
        row[column] = Math.min(replaced, 1 + Math.min(row[column], row[column - 1]));
      }
    }
    return row[to.length()];
  }
}
