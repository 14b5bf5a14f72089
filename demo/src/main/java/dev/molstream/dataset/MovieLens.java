package dev.molstream.dataset;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.molstream.model.ItemContent;
import dev.molstream.schemas.Action;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A MovieLens folder as GroupLens ships it: {@code movies.dat} and {@code ratings.dat} with fields
 * separated by {@code ::} (1M, 10M), or {@code movies.csv} and {@code ratings.csv} (latest, 20M and
 * later). Ratings are streamed, never held.
 */
final class MovieLens implements Dataset {
  static final String FILES = "with movies.dat and ratings.dat, or movies.csv and ratings.csv";

  private static final String NO_GENRES = "(no genres listed)";

  private final String name;
  private final Layout layout;
  private final Path ratings;
  private final List<ItemContent> items;
  private final Map<String, String> itemIds;

  private MovieLens(Path folder, Layout layout) {
    Path absolute = folder.toAbsolutePath().normalize();
    this.name =
        absolute.getFileName() == null ? absolute.toString() : absolute.getFileName().toString();
    this.layout = layout;
    this.ratings = folder.resolve(layout.ratings);
    this.items = new ArrayList<>();
    this.itemIds = new HashMap<>();
    readLines(
        folder.resolve(layout.movies),
        line -> {
          ItemContent item = movie(line);
          if (itemIds.put(item.itemId(), item.itemId()) != null) {
            throw line.invalid("movieId", item.itemId(), "an id that no earlier line has");
          }
          items.add(item);
        });
  }

  /** Whether the folder holds one of the layouts. */
  static boolean isIn(Path folder) {
    return Arrays.stream(Layout.values()).anyMatch(layout -> layout.isIn(folder));
  }

  /**
   * Reads the items of a folder that {@link #isIn is one}, and leaves its ratings to be visited.
   *
   * @throws InvalidDatasetException when a line of its movies is invalid
   */
  static MovieLens open(Path folder) {
    return new MovieLens(folder, Layout.COLONS.isIn(folder) ? Layout.COLONS : Layout.CSV);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<ItemContent> items() {
    return List.copyOf(items);
  }

  @Override
  public void forEachInteraction(Consumer<Interaction> visitor) {
    readLines(ratings, line -> visitor.accept(rating(line)));
  }

  private ItemContent movie(Line line) {
    line.requireFields(3, "movieId, title, genres");
    String genres = line.field(2);
    List<String> categories =
        genres.isEmpty() || genres.equals(NO_GENRES) ? List.of() : List.of(genres.split("\\|"));
    return new ItemContent(line.id(0, "movieId"), line.field(1), categories, Map.of(), null);
  }

  private Interaction rating(Line line) {
    line.requireFields(4, "userId, movieId, rating, timestamp");
    // The movies' own string, so that a million ratings share some thousand ids.
    @Nullable String itemId = itemIds.get(line.field(1));
    if (itemId == null) {
      throw line.invalid("movieId", line.field(1), "a movieId of " + layout.movies);
    }
    return new Interaction(
        line.id(0, "userId"),
        itemId,
        Action.RATE,
        line.stars(2),
        Math.multiplyExact(line.seconds(3), 1000L));
  }

  private void readLines(Path file, Consumer<Line> visitor) {
    try (BufferedReader reader = Files.newBufferedReader(file, layout.charset())) {
      Line line = new Line(file.getFileName().toString());
      if (layout == Layout.CSV) {
        reader.readLine();
        line.number++;
      }
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        line.number++;
        if (!text.isEmpty()) {
          layout.split(text, line);
          visitor.accept(line);
        }
      }
    } catch (IOException e) {
      throw new InvalidDatasetException("cannot read " + file + ": " + e, e);
    }
  }

  /** How the publisher writes the files. */
  private enum Layout {
    COLONS("movies.dat", "ratings.dat"),
    CSV("movies.csv", "ratings.csv");

    final String movies;
    final String ratings;

    Layout(String movies, String ratings) {
      this.movies = movies;
      this.ratings = ratings;
    }

    boolean isIn(Path folder) {
      return Files.isReadable(folder.resolve(movies)) && Files.isReadable(folder.resolve(ratings));
    }

    Charset charset() {
      return this == COLONS ? ISO_8859_1 : UTF_8;
    }

    void split(String text, Line line) {
      line.fields.clear();
      if (this == COLONS) {
        splitAtColons(text, line.fields);
      } else if (!splitAtCommas(text, line.fields)) {
        throw line.invalid("text", text, "a quoted field that ends on its line");
      }
    }

    private static void splitAtColons(String text, List<String> fields) {
      int start = 0;
      for (int end = text.indexOf("::"); end >= 0; end = text.indexOf("::", start)) {
        fields.add(text.substring(start, end));
        start = end + 2;
      }
      fields.add(text.substring(start));
    }

    /** RFC 4180 without line breaks inside fields, which GroupLens never writes. */
    private static boolean splitAtCommas(String text, List<String> fields) {
      StringBuilder field = new StringBuilder();
      boolean quoted = false;
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == '"' && quoted && i + 1 < text.length() && text.charAt(i + 1) == '"') {
          field.append('"');
          i++;
        } else if (c == '"') {
          quoted = !quoted;
        } else if (c == ',' && !quoted) {
          fields.add(field.toString());
          field.setLength(0);
        } else {
          field.append(c);
        }
      }
      fields.add(field.toString());
      return !quoted;
    }
  }

  /** The fields of the line being read, with errors that say where it is. */
  private static final class Line {
    final String file;
    final List<String> fields = new ArrayList<>();
    long number;

    Line(String file) {
      this.file = file;
    }

    String field(int index) {
      return fields.get(index);
    }

    void requireFields(int count, String names) {
      if (fields.size() != count) {
        throw new InvalidDatasetException(
            "%s:%d: %d fields, valid are %d: %s"
                .formatted(file, number, fields.size(), count, names));
      }
    }

    String id(int index, String name) {
      String id = field(index);
      if (id.isEmpty() || id.length() > 256) {
        throw invalid(name, id, "1 to 256 characters");
      }
      return id;
    }

    float stars(int index) {
      try {
        float stars = Float.parseFloat(field(index));
        if (stars >= 0.5f && stars <= 5f) {
          return stars;
        }
      } catch (NumberFormatException _) {
        // said below, as for a number out of range
      }
      throw invalid("rating", field(index), "a number from 0.5 to 5");
    }

    long seconds(int index) {
      try {
        long seconds = Long.parseLong(field(index));
        if (seconds >= 0 && seconds <= Long.MAX_VALUE / 1000) {
          return seconds;
        }
      } catch (NumberFormatException _) {
        // said below, as for a number out of range
      }
      throw invalid("timestamp", field(index), "seconds since 1970");
    }

    InvalidDatasetException invalid(String name, String value, String valid) {
      return InvalidDatasetException.at(file, number, name, value, valid);
    }
  }
}
