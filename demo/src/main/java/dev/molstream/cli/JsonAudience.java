package dev.molstream.cli;

import dev.molstream.demo.Audience;
import dev.molstream.demo.Progress;
import dev.molstream.demo.Scene;
import dev.molstream.schemas.RecommendedItem;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Tells the demo as JSON lines, for programs. */
record JsonAudience(JsonLines json, Progress progress) implements Audience {

  @Override
  public void watch(Scene scene) {
    switch (scene) {
      case Scene.DataRead data ->
          json.print(
              "data",
              "dataset",
              data.dataset(),
              "items",
              data.items(),
              "users",
              data.users(),
              "events",
              data.events());
      case Scene.ModelReady model ->
          json.print(
              "model",
              "modelId",
              model.manifest().modelId(),
              "encoder",
              model.manifest().encoder(),
              "similarity",
              model.manifest().similarity(),
              "shape",
              model.manifest().shape().toString(),
              "hr@10",
              model.ranking().hitRate(10),
              "ndcg@10",
              model.ranking().discountedGain(10),
              "popularityHr@10",
              model.popularity().hitRate(10),
              "users",
              model.ranking().users(),
              "trainingSeconds",
              seconds(model.trained()));
      case Scene.CaughtUp caughtUp ->
          json.print(
              "replay",
              "items",
              caughtUp.items(),
              "events",
              caughtUp.events(),
              "seconds",
              seconds(caughtUp.replayed()),
              "catchUpSeconds",
              seconds(caughtUp.caughtUp()));
      case Scene.Recommended list ->
          json.print(
              "recommendation",
              "userId",
              list.userId(),
              "history",
              list.history(),
              "items",
              items(list.items()));
      case Scene.Reaction reaction ->
          json.print(
              "reaction",
              "userId",
              reaction.userId(),
              "clicked",
              reaction.clicked(),
              "millis",
              millis(reaction.elapsed()),
              "changed",
              reaction.changed());
      case Scene.Arrival arrival ->
          json.print(
              "freshness",
              "kind",
              "item-update",
              "userId",
              arrival.userId(),
              "title",
              arrival.title(),
              "rank",
              arrival.rank(),
              "millis",
              millis(arrival.elapsed()));
      case Scene.Departure departure ->
          json.print(
              "freshness",
              "kind",
              "item-delete",
              "userId",
              departure.userId(),
              "title",
              departure.title(),
              "millis",
              millis(departure.elapsed()));
      case Scene.Summary summary -> print(summary);
    }
  }

  private void print(Scene.Summary summary) {
    json.print(
        "summary",
        "items",
        summary.items(),
        "events",
        summary.events(),
        "requests",
        summary.requests(),
        "answers",
        summary.answers(),
        "ok",
        summary.ok(),
        "duplicates",
        summary.duplicates(),
        "p50Millis",
        summary.latency().getValueAtPercentile(50) / 1e3,
        "p99Millis",
        summary.latency().getValueAtPercentile(99) / 1e3,
        "maxMillis",
        summary.latency().getMaxValue() / 1e3,
        "historyMicros",
        value(summary.stages().history()),
        "encodeMicros",
        value(summary.stages().encode()),
        "searchMicros",
        value(summary.stages().search()),
        "modelId",
        summary.modelId());
  }

  private static List<Map<String, Object>> items(List<RecommendedItem> items) {
    return items.stream()
        .map(
            item -> {
              Map<String, Object> fields = new LinkedHashMap<>();
              fields.put("itemId", item.getItemId());
              fields.put("title", item.getTitle());
              fields.put("score", item.getScore());
              return fields;
            })
        .toList();
  }

  private static @Nullable Double value(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1_000 / 1e3;
  }
}
