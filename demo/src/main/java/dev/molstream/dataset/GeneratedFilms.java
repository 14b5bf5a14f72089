package dev.molstream.dataset;

import dev.molstream.model.ItemContent;
import dev.molstream.schemas.Action;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A data set for machines without one: invented films and viewers, the same for the same seed.
 *
 * <p>There is something to learn in it. Viewers have tastes, in genres and eras; their mood stays
 * with a genre for a while and then drifts; who saw one part of a series often watches the next.
 * Words of the titles go with the genres, and all parts of a series share theirs.
 */
public final class GeneratedFilms implements Dataset {
  private static final int FILMS = 800;
  private static final int VIEWERS = 1800;
  private static final int FEWEST_RATINGS = 20;
  private static final int MOST_RATINGS = 160;
  private static final double MEAN_FURTHER_RATINGS = 30;
  private static final double SERIES_SHARE = 0.35;
  private static final int LONGEST_SERIES = 6;
  private static final int FIRST_YEAR = 1972;
  private static final int LAST_YEAR = 2024;
  private static final Instant OPENING = Instant.parse("2024-01-01T00:00:00Z");
  private static final List<String> NUMERALS = List.of("", " II", " III", " IV", " V", " VI");

  private final List<Film> films;
  private final List<Interaction> ratings = new ArrayList<>();

  private GeneratedFilms(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    films = produceFilms(random);
    for (int viewer = 1; viewer <= VIEWERS; viewer++) {
      new Viewer(Integer.toString(viewer), random.split()).watch();
    }
  }

  /** The films and viewers of the given seed. */
  public static GeneratedFilms of(long seed) {
    return new GeneratedFilms(seed);
  }

  @Override
  public String name() {
    return "built-in";
  }

  @Override
  public List<ItemContent> items() {
    return films.stream().map(Film::content).toList();
  }

  @Override
  public void forEachInteraction(Consumer<Interaction> visitor) {
    ratings.forEach(visitor);
  }

  /**
   * One film.
   *
   * @param index its place in the list; the id is one more
   * @param part 1 for a film on its own or the first of a series; the next part has the next index
   * @param lastPart whether no part follows
   * @param appeal how much it draws viewers who do not know it, greater than 0
   */
  private record Film(
      int index,
      String title,
      List<Genre> genres,
      int year,
      int part,
      boolean lastPart,
      double appeal) {
    String id() {
      return Integer.toString(index + 1);
    }

    ItemContent content() {
      List<String> categories = genres.stream().map(genre -> genre.title).toList();
      return new ItemContent(id(), title + " (" + year + ")", categories, Map.of(), null);
    }
  }

  private static List<Film> produceFilms(RandomGenerator random) {
    List<Film> films = new ArrayList<>(FILMS);
    Set<String> titles = new HashSet<>();
    while (films.size() < FILMS) {
      List<Genre> genres = genres(random);
      String title = title(genres, random);
      if (!titles.add(title)) {
        continue;
      }
      int parts = random.nextDouble() < SERIES_SHARE ? 2 + random.nextInt(LONGEST_SERIES - 1) : 1;
      parts = Math.min(parts, FILMS - films.size());
      int year = FIRST_YEAR + random.nextInt(LAST_YEAR - FIRST_YEAR - 2 * parts);
      double appeal = Math.exp(0.8 * random.nextGaussian());
      for (int part = 1; part <= parts; part++) {
        films.add(
            new Film(
                films.size(),
                title + NUMERALS.get(part - 1),
                genres,
                year,
                part,
                part == parts,
                appeal));
        year += 1 + random.nextInt(2);
      }
    }
    return List.copyOf(films);
  }

  private static List<Genre> genres(RandomGenerator random) {
    List<Genre> genres = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    while (genres.size() < count) {
      Genre genre = Genre.values()[random.nextInt(Genre.values().length)];
      if (!genres.contains(genre)) {
        genres.add(genre);
      }
    }
    return List.copyOf(genres);
  }

  /** An adjective of the first genre and a noun of the last, so that both can be told from it. */
  private static String title(List<Genre> genres, RandomGenerator random) {
    List<String> adjectives = genres.getFirst().adjectives;
    List<String> nouns = genres.getLast().nouns;
    String adjective = adjectives.get(random.nextInt(adjectives.size()));
    String noun = nouns.get(random.nextInt(nouns.size()));
    return switch (random.nextInt(4)) {
      case 0 -> "The " + adjective + " " + noun;
      case 1 -> adjective + " " + noun;
      case 2 -> noun + " of the " + adjective + " " + nouns.get(random.nextInt(nouns.size()));
      default -> "Beyond the " + adjective + " " + noun;
    };
  }

  /** One viewer's tastes, and the way from one film to the next. */
  private final class Viewer {
    private final String id;
    private final RandomGenerator random;
    private final double[] tastes = new double[Genre.values().length];
    private final double favouriteYear;
    private final boolean[] seen = new boolean[films.size()];
    private final double[] draws;
    private final double[] attractions = new double[films.size()];
    private int mood;

    Viewer(String id, RandomGenerator random) {
      this.id = id;
      this.random = random;
      for (int genre = 0; genre < tastes.length; genre++) {
        tastes[genre] = 0.02;
      }
      for (int favourites = 2 + random.nextInt(3); favourites > 0; favourites--) {
        tastes[random.nextInt(tastes.length)] += 0.3 + random.nextDouble();
      }
      favouriteYear = FIRST_YEAR + random.nextDouble() * (LAST_YEAR - FIRST_YEAR);
      draws = draws();
      mood = draw(tastes);
    }

    void watch() {
      int count =
          (int)
              Math.min(
                  MOST_RATINGS, FEWEST_RATINGS + random.nextExponential() * MEAN_FURTHER_RATINGS);
      long time = OPENING.plus(Duration.ofDays(random.nextInt(180))).toEpochMilli();
      int last = -1;
      for (int i = 0; i < count; i++) {
        last = next(last);
        seen[last] = true;
        Film film = films.get(last);
        ratings.add(new Interaction(id, film.id(), Action.RATE, stars(film), time));
        time += Duration.ofMinutes(100 + random.nextInt(4 * 24 * 60)).toMillis();
      }
    }

    private int next(int last) {
      boolean sequel = last >= 0 && !films.get(last).lastPart() && !seen[last + 1];
      if (sequel && random.nextDouble() < 0.6) {
        return last + 1;
      }
      if (random.nextDouble() < 0.2) {
        mood = draw(tastes);
      }
      for (Film film : films) {
        attractions[film.index()] = seen[film.index()] ? 0 : attraction(film);
      }
      return draw(attractions);
    }

    /** How much a film draws this viewer in any mood: its appeal, and how near its year is. */
    private double[] draws() {
      double[] draws = new double[films.size()];
      for (Film film : films) {
        double years = (film.year() - favouriteYear) / 12;
        draws[film.index()] = film.appeal() * (0.05 + Math.exp(-years * years / 2));
      }
      return draws;
    }

    /** How much it draws this viewer now. */
    private double attraction(Film film) {
      double taste = 0;
      for (int i = 0; i < film.genres().size(); i++) {
        int genre = film.genres().get(i).ordinal();
        taste += tastes[genre] + (genre == mood ? 2 : 0);
      }
      boolean outOfOrder = film.part() > 1 && !seen[film.index() - 1];
      return draws[film.index()] * taste * taste * (outOfOrder ? 0.05 : 1);
    }

    private float stars(Film film) {
      double liking = 0;
      for (Genre genre : film.genres()) {
        liking = Math.max(liking, tastes[genre.ordinal()]);
      }
      double stars = 2.6 + 1.6 * Math.min(1, liking) + 0.7 * random.nextGaussian();
      return Math.clamp(Math.round(stars), 1, 5);
    }

    /** An index, with a chance in proportion to its weight. */
    private int draw(double[] weights) {
      double total = 0;
      for (double weight : weights) {
        total += weight;
      }
      double rest = random.nextDouble() * total;
      int last = 0;
      for (int i = 0; i < weights.length; i++) {
        if (weights[i] > 0) {
          last = i;
          rest -= weights[i];
          if (rest < 0) {
            break;
          }
        }
      }
      return last;
    }
  }
}
