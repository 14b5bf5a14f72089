package dev.molstream.demo;

import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.RecommendedItem;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * An answer as its client saw it.
 *
 * @param recommendations what was answered
 * @param nanos from producing the request to having the answer
 */
public record Answer(Recommendations recommendations, long nanos) {

  /** Whether the model ranked it. */
  public boolean isOk() {
    return recommendations.getStatus() == RecommendationStatus.OK;
  }

  /** The recommended items, best first. */
  public List<RecommendedItem> items() {
    return recommendations.getItems();
  }

  /** The ids of the recommended items, best first. */
  public List<String> itemIds() {
    return items().stream().map(RecommendedItem::getItemId).toList();
  }

  /** The item's rank, 1 for the best, when it is among the recommended. */
  public OptionalInt rank(String itemId) {
    return IntStream.range(0, items().size())
        .filter(i -> items().get(i).getItemId().equals(itemId))
        .map(i -> i + 1)
        .findFirst();
  }
}
