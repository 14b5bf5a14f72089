package dev.molstream.answering;

import java.util.List;

/**
 * A passage and what is asked about it.
 *
 * @param id as an item
 * @param title a few words
 * @param text what answers
 * @param learned questions to learn from
 * @param heldOut questions to ask afterwards
 */
public record Passage(
    String id, String title, String text, List<String> learned, List<String> heldOut) {
  private static final int LONG_WORD = 4;

  public Passage {
    learned = List.copyOf(learned);
    heldOut = List.copyOf(heldOut);
  }

  /** The words of title and text. */
  List<String> words() {
    return HashedNgrams.words(title + " " + text);
  }

  /** Whether it has one of the question's words of four letters or more. */
  boolean sharesWords(String question) {
    return HashedNgrams.words(question).stream()
        .anyMatch(word -> word.length() >= LONG_WORD && words().contains(word));
  }
}
