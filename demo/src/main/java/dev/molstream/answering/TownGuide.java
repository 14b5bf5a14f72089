package dev.molstream.answering;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The built-in passages and questions: what people ask at the town hall of Saltmere. */
final class TownGuide {
  private static final String HELD_OUT = "?? ";
  private static final String LEARNED = "? ";

  private TownGuide() {}

  /** All passages, in the file's order. */
  static List<Passage> passages() {
    String file;
    try (InputStream text =
        Objects.requireNonNull(TownGuide.class.getResourceAsStream("town-guide.txt"))) {
      file = new String(text.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<Passage> passages = new ArrayList<>();
    for (String block : file.split("\n\n")) {
      List<String> lines = block.lines().filter(line -> !line.startsWith("#")).toList();
      if (!lines.isEmpty()) {
        passages.add(
            new Passage(
                "p" + (passages.size() + 1),
                lines.get(0),
                lines.get(1),
                questions(lines, LEARNED),
                questions(lines, HELD_OUT)));
      }
    }
    return passages;
  }

  private static List<String> questions(List<String> lines, String mark) {
    return lines.stream()
        .filter(line -> line.startsWith(mark))
        .map(line -> line.substring(mark.length()))
        .toList();
  }
}
