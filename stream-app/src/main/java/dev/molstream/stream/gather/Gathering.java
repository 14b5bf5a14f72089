package dev.molstream.stream.gather;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.molstream.schemas.PackedFloats;
import dev.molstream.schemas.RecommendedItem;
import dev.molstream.schemas.ShardAnswer;
import dev.molstream.schemas.ShardItem;
import dev.molstream.schemas.ShardQuery;
import dev.molstream.stream.request.Diversity;
import dev.molstream.stream.request.Explainer;
import java.nio.ByteBuffer;
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
  List<ShardItem> items() {
    return Arrays.stream(answers)
        .filter(answer -> answer != null)
        .flatMap(answer -> answer.getItems().stream())
        .sorted(BEST_FIRST)
        .limit(query.getK())
        .toList();
  }

  /**
   * What is recommended of {@code items}, the list as merged: all, or where the request wants them
   * to differ as many of them as it asked for. Only the first are explained.
   */
  List<RecommendedItem> recommended(List<ShardItem> items) {
    List<RecommendedItem> recommended = new ArrayList<>();
    if (isDiverse()) {
      List<Diversity.Candidate> candidates = new ArrayList<>(items.size());
      for (ShardItem item : items) {
        ByteBuffer components = item.getComponents();
        if (components != null) { // or it went while it was found
          candidates.add(
              new Diversity.Candidate(recommended(item), PackedFloats.unpack(components)));
        }
      }
      recommended.addAll(
          Diversity.choose(
              candidates,
              query.getItemComponents(),
              query.getK() / Diversity.POOL,
              Diversity.of(query.getOptions())));
    } else {
      items.forEach(item -> recommended.add(recommended(item)));
    }
    for (int rank = Explainer.ITEMS;
        query.getExplained() > 0 && rank < recommended.size();
        rank++) {
      recommended.set(
          rank,
          RecommendedItem.newBuilder(recommended.get(rank))
              .setExplanation(null)
              .setContributions(null)
              .build());
    }
    return recommended;
  }

  /** Whether it is not the best items that are recommended. */
  boolean isDiverse() {
    return query.getItemComponents() > 0;
  }

  private static RecommendedItem recommended(ShardItem item) {
    return new RecommendedItem(
        item.getItemId(),
        item.getTitle(),
        item.getScore(),
        item.getExplanation(),
        item.getContributions());
  }

  /**
   * No item that was left out scores more than this above the last of {@code items}, the list as
   * merged: 0 when nothing better was missed, ∞ when nothing is proven. What a shard left out
   * scores at most its gap above the last of its own list, which is often far below.
   */
  float gapBound(List<ShardItem> items) {
    if (!isComplete() || isDiverse()) {
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
