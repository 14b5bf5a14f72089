package dev.molstream.stream.gather;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.molstream.schemas.RecommendedItem;
import dev.molstream.schemas.ShardAnswer;
import dev.molstream.schemas.ShardItem;
import dev.molstream.schemas.ShardQuery;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shards' answers to one query as they come in. Merged they are what one index of all items
 * would have answered: higher scores first, of equal scores the smaller item id in UTF-8.
 */
final class Gathering {
  private static final Comparator<ShardItem> BEST_FIRST =
      Comparator.comparingDouble(ShardItem::getScore)
          .reversed()
          .thenComparing(item -> item.getItemId().getBytes(UTF_8), Arrays::compareUnsigned);

  private final ShardQuery query;
  private final @Nullable ShardAnswer[] answers;
  private final long startNanos;
  private int missing;

  /** What became of an answer. */
  enum Outcome {
    /** It is part of the list. */
    MERGED,
    /** The shard had answered already. */
    DUPLICATE,
    /** It belongs to another search for the same request. */
    LATE
  }

  /**
   * Waits for the answers to {@code query}.
   *
   * @param shards how many are expected, numbered from 0
   * @param startNanos when it was asked, by {@link System#nanoTime}
   */
  Gathering(ShardQuery query, int shards, long startNanos) {
    this.query = query;
    this.answers = new ShardAnswer[shards];
    this.startNanos = startNanos;
    this.missing = shards;
  }

  /**
   * Takes one answer.
   *
   * @throws IndexOutOfBoundsException when there is no such shard
   */
  Outcome take(ShardAnswer answer) {
    if (answer.getAttempt() != query.getAttempt()) {
      return Outcome.LATE;
    }
    if (answers[answer.getShard()] != null) {
      return Outcome.DUPLICATE;
    }
    answers[answer.getShard()] = answer;
    missing--;
    return Outcome.MERGED;
  }

  boolean isComplete() {
    return missing == 0;
  }

  boolean isOver(long nowMillis) {
    return nowMillis >= query.getDeadline().toEpochMilli();
  }

  long startNanos() {
    return startNanos;
  }

  /** The shards that have not answered, in order. */
  List<Integer> missingShards() {
    List<Integer> shards = new ArrayList<>();
    for (int shard = 0; shard < answers.length; shard++) {
      if (answers[shard] == null) {
        shards.add(shard);
      }
    }
    return shards;
  }

  /** The best k items of all that answered. */
  List<RecommendedItem> items() {
    return Arrays.stream(answers)
        .filter(answer -> answer != null)
        .flatMap(answer -> answer.getItems().stream())
        .sorted(BEST_FIRST)
        .limit(query.getK())
        .map(
            item ->
                new RecommendedItem(item.getItemId(), item.getTitle(), item.getScore(), null, null))
        .toList();
  }

  /**
   * No item that was left out scores more than this above the last of {@code items}, the list as
   * merged: 0 when nothing better was missed, ∞ when nothing is proven. What a shard left out
   * scores at most its gap above the last of its own list, which is often far below.
   */
  float gapBound(List<RecommendedItem> items) {
    if (!isComplete()) {
      return Float.POSITIVE_INFINITY;
    }
    double last = items.isEmpty() ? 0 : items.getLast().getScore();
    double bound = 0;
    for (ShardAnswer answer : answers) {
      if (answer == null || answer.getGapBound() == null) {
        return Float.POSITIVE_INFINITY;
      }
      if (answer.getGapBound() > 0 && !answer.getItems().isEmpty()) {
        double best = (double) answer.getItems().getLast().getScore() + answer.getGapBound();
        bound = Math.max(bound, best - last);
      }
    }
    float rounded = (float) bound;
    return rounded < bound ? Math.nextUp(rounded) : rounded;
  }
}
