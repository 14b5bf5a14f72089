package dev.molstream.demo;

import dev.molstream.model.ItemContent;
import dev.molstream.training.TrainingData;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** What the demo knows of films and viewers without asking the services. Immutable. */
final class Films {
  private static final Pattern YEAR = Pattern.compile("\\((\\d{4})\\)\\s*$");
  private static final Pattern IN_PARENTHESES = Pattern.compile("\\s*\\([^)]*\\)");
  private static final Pattern AFTER_THE_NAME =
      Pattern.compile("(:.*|, (The|A|An)|\\s+(II|III|IV|V|VI|\\d))$");

  private final TrainingData data;
  private final Map<String, ItemContent> byId = new HashMap<>();
  private final List<ItemContent> byPopularity;

  Films(TrainingData data) {
    this.data = data;
    data.items().forEach(item -> byId.put(item.itemId(), item));
    int[] counts = new int[data.itemCount()];
    for (int user = 0; user < data.userCount(); user++) {
      for (int position = 0; position < data.length(user); position++) {
        counts[data.item(user, position)]++;
      }
    }
    byPopularity =
        IntStream.range(0, counts.length)
            .boxed()
            .sorted(Comparator.comparingInt((Integer item) -> -counts[item]))
            .map(data.items()::get)
            .toList();
  }

  /** All films, those with the most viewers first. */
  List<ItemContent> byPopularity() {
    return byPopularity;
  }

  /** The film; it must be in the data set. */
  ItemContent film(String itemId) {
    ItemContent film = byId.get(itemId);
    if (film == null) {
      throw new IllegalArgumentException("no film " + itemId);
    }
    return film;
  }

  /** Whether the data set has the film. */
  boolean has(String itemId) {
    return byId.containsKey(itemId);
  }

  /** Ids of all films that a viewer has seen. */
  Set<String> seen(int user) {
    Set<String> seen = new HashSet<>();
    for (int position = 0; position < data.length(user); position++) {
      seen.add(data.items().get(data.item(user, position)).itemId());
    }
    return seen;
  }

  /** Titles of the last films a viewer has seen, the newest last; ids of those without a title. */
  List<String> lastTitles(int user, int most) {
    List<String> titles = new ArrayList<>();
    for (int position = Math.max(0, data.length(user) - most);
        position < data.length(user);
        position++) {
      ItemContent film = data.items().get(data.item(user, position));
      titles.add(film.title().isEmpty() ? film.itemId() : film.title());
    }
    return titles;
  }

  /** A film that is not in the data set: one more of the same kind, made the year after. */
  ItemContent sequel(ItemContent film, String itemId) {
    Matcher year = YEAR.matcher(film.title());
    int made = year.find() ? Integer.parseInt(year.group(1)) : 2000;
    String name = IN_PARENTHESES.matcher(film.title()).replaceAll("");
    name = AFTER_THE_NAME.matcher(name).replaceFirst("");
    return new ItemContent(
        itemId,
        "%s: The Return (%d)".formatted(name, made + 1),
        film.categories(),
        film.attributes(),
        null);
  }
}
