package dev.molstream.demo;

import dev.molstream.model.ModelManifest;
import dev.molstream.schemas.RecommendedItem;
import dev.molstream.training.evaluation.RankingMetrics;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;

/** What the demo has to show, in the order it happens. */
public sealed interface Scene {

  /**
   * The data set was read.
   *
   * @param items items in its catalogue, also those without events
   */
  record DataRead(String dataset, int items, int users, long events) implements Scene {}

  /**
   * A model is there.
   *
   * @param ranking how it ranks every user's last item in the whole catalogue, seen items left out
   * @param popularity the same of recommending what is popular
   * @param trained how long training took; zero for a bundle that was there already
   */
  record ModelReady(
      ModelManifest manifest, RankingMetrics ranking, RankingMetrics popularity, Duration trained)
      implements Scene {}

  /**
   * The services have read the whole data set.
   *
   * @param items acknowledged item updates
   * @param events acknowledged user events
   * @param replayed how long producing took
   * @param caughtUp how long until the last event was in a history, from its acknowledgement
   */
  record CaughtUp(long items, long events, Duration replayed, Duration caughtUp) implements Scene {}

  /**
   * Somebody's recommendations.
   *
   * @param history titles of the last films, newest last
   */
  record Recommended(String userId, List<String> history, List<RecommendedItem> items)
      implements Scene {
    public Recommended {
      history = List.copyOf(history);
      items = List.copyOf(items);
    }
  }

  /**
   * A click, and the next answer.
   *
   * @param clicked title of the film
   * @param elapsed from producing the event to the answer
   * @param changed whether the answer is another one than before
   */
  record Reaction(
      String userId,
      String clicked,
      List<RecommendedItem> before,
      List<RecommendedItem> after,
      Duration elapsed,
      boolean changed)
      implements Scene {
    public Reaction {
      before = List.copyOf(before);
      after = List.copyOf(after);
    }
  }

  /**
   * A film nobody has seen, recommended.
   *
   * @param because title of the film that it was made to resemble
   * @param rank its place in the answer, 1 for the best
   * @param asked how many items the answer has
   * @param elapsed from producing the item update to the answer
   */
  record Arrival(
      String userId,
      String itemId,
      String title,
      List<String> categories,
      String because,
      int rank,
      int asked,
      Duration elapsed)
      implements Scene {
    public Arrival {
      categories = List.copyOf(categories);
    }
  }

  /**
   * A deleted film, not recommended any more.
   *
   * @param elapsed from producing the deletion to the first answer without it
   */
  record Departure(String userId, String itemId, String title, Duration elapsed) implements Scene {}

  /**
   * The figures at the end.
   *
   * @param items items in the catalogue
   * @param events events replayed
   * @param requests requests sent
   * @param answers requests answered
   * @param ok answers ranked by the model
   * @param duplicates answers to requests answered already
   * @param latency from producing a request to having its answer, microseconds
   * @param stages mean microseconds within the stream application
   */
  record Summary(
      long items,
      long events,
      long requests,
      long answers,
      long ok,
      long duplicates,
      Histogram latency,
      Stages stages,
      String modelId)
      implements Scene {}

  /** Mean microseconds of an answer's parts; empty when there was no answer. */
  record Stages(OptionalDouble history, OptionalDouble encode, OptionalDouble search) {}
}
