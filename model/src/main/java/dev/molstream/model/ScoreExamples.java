package dev.molstream.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Scores that a model gave where it was made, to compare with what its bundle gives here. They find
 * what a bundle cannot tell of itself: logits in another order, a temperature that is not the
 * trained one, rows of the id table shifted by one, features hashed otherwise.
 *
 * <p>As JSON, with no field left out:
 *
 * <pre>
 * {"items":   [{"itemId":"1", "title":"Heat (1995)", "categories":["Crime"], "attributes":{},
 *               "contentEmbedding":[], "features":[17,405,88]}, …],
 *  "queries": [{"history":["1"], "actions":[3], "times":[978300760000],
 *               "requestTime":978300761000, "scores":{"1":4.25, …}}, …]}
 * </pre>
 *
 * @param items all that occur in queries
 * @param queries at least one
 */
public record ScoreExamples(List<Item> items, List<Query> queries) {

  /**
   * An item.
   *
   * @param contentEmbedding empty for none
   * @param features the buckets the model read, in the encoder's order, without padding
   */
  public record Item(
      String itemId,
      String title,
      List<String> categories,
      Map<String, String> attributes,
      List<Float> contentEmbedding,
      List<Long> features) {}

  /**
   * A query.
   *
   * @param history item ids, oldest first
   * @param actions one per event
   * @param times one per event, milliseconds since 1970
   * @param requestTime milliseconds since 1970
   * @param scores item id to MoL score, at least one
   */
  public record Query(
      List<String> history,
      List<Long> actions,
      List<Long> times,
      long requestTime,
      Map<String, Float> scores) {

    public Query {
      if (history.isEmpty() || scores.isEmpty()) {
        throw new IllegalArgumentException(
            "it has a history of %d and %d scores, valid is at least one of each"
                .formatted(history.size(), scores.size()));
      }
      if (actions.size() != history.size() || times.size() != history.size()) {
        throw new IllegalArgumentException(
            "it has a history of %d, %d actions and %d times, valid are as many of each"
                .formatted(history.size(), actions.size(), times.size()));
      }
    }
  }

  public ScoreExamples {
    Set<String> known = new HashSet<>();
    for (Item item : items) {
      if (!known.add(item.itemId())) {
        throw new IllegalArgumentException("item " + item.itemId() + " comes twice");
      }
    }
    if (queries.isEmpty()) {
      throw new IllegalArgumentException("queries is empty, valid is at least one");
    }
    for (Query query : queries) {
      requireKnown(known, query.history());
      requireKnown(known, query.scores().keySet());
    }
  }

  /**
   * Reads a file.
   *
   * @throws InvalidBundleException in one line, naming the file
   */
  public static ScoreExamples read(Path file) {
    try {
      return StrictJson.read(Files.readAllBytes(file), ScoreExamples.class);
    } catch (NoSuchFileException e) {
      throw new InvalidBundleException(file + " is missing", e);
    } catch (IOException e) {
      throw new InvalidBundleException(file + " cannot be read: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new InvalidBundleException(file + ": " + e.getMessage(), e);
    }
  }

  private static void requireKnown(Set<String> known, Iterable<String> itemIds) {
    for (String itemId : itemIds) {
      if (!known.contains(itemId)) {
        throw new IllegalArgumentException("item " + itemId + " of a query is not among the items");
      }
    }
  }
}
