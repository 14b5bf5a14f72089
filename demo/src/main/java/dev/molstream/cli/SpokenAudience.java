package dev.molstream.cli;

import dev.molstream.demo.Audience;
import dev.molstream.demo.Progress;
import dev.molstream.demo.Scene;
import dev.molstream.model.ModelManifest;
import dev.molstream.schemas.RecommendedItem;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** Tells the demo in words, for people. */
record SpokenAudience(PrintWriter out, Progress progress) implements Audience {
  private static final int SHOWN = 5;

  @Override
  public void watch(Scene scene) {
    switch (scene) {
      case Scene.DataRead data ->
          say(
              "Read %s: %,d films, %,d viewers, %,d ratings.",
              data.dataset(), data.items(), data.users(), data.events());
      case Scene.ModelReady model -> tell(model);
      case Scene.CaughtUp caughtUp ->
          say(
              "Kafka, index-updater and stream-app are up. Put %,d films and %,d events onto the"
                  + " topics in %.1f s; %.1f s later all were embedded and in their viewers'"
                  + " histories.",
              caughtUp.items(),
              caughtUp.events(),
              seconds(caughtUp.replayed()),
              seconds(caughtUp.caughtUp()));
      case Scene.Recommended list -> tell(list);
      case Scene.Reaction reaction -> tell(reaction);
      case Scene.Arrival arrival ->
          say(
              "%nA new film: \"%s\" (%s), unknown to the model, which viewer %s should like for"
                  + " \"%s\".%n%s ms after it was produced to item-updates it is recommended, at"
                  + " place %d of %d.",
              arrival.title(),
              String.join(", ", arrival.categories()),
              arrival.userId(),
              arrival.because(),
              millis(arrival.elapsed()),
              arrival.rank(),
              arrival.asked());
      case Scene.Departure departure ->
          say(
              "%nIt is deleted again. %s ms after the tombstone it is recommended no more.",
              millis(departure.elapsed()));
      case Scene.Summary summary -> tell(summary);
    }
  }

  private void tell(Scene.ModelReady model) {
    ModelManifest manifest = model.manifest();
    String trained =
        model.trained().isZero() ? "" : ", trained in " + model.trained().toSeconds() + " s";
    say(
        "%nThe model %s (%s, %s %s%s): for %,d viewers it was asked which film they saw last.",
        manifest.modelId(),
        manifest.encoder(),
        manifest.similarity(),
        manifest.shape(),
        trained,
        model.ranking().users());
    say(
        "That film was among its ten best of the whole catalogue for %.1f %%; among the ten most"
            + " popular for %.1f %%.%n",
        100 * model.ranking().hitRate(10), 100 * model.popularity().hitRate(10));
  }

  private void tell(Scene.Recommended list) {
    say("%nViewer %s saw, of late,", list.userId());
    list.history().forEach(title -> say("          %s", title));
    say("  and is recommended");
    show(list.items(), Set.of());
  }

  private void tell(Scene.Reaction reaction) {
    say("%nViewer %s is recommended", reaction.userId());
    show(reaction.before(), Set.of());
    say(
        "  and clicks on \"%s\". %s ms after the click:",
        reaction.clicked(), millis(reaction.elapsed()));
    show(
        reaction.after(),
        reaction.before().stream().map(RecommendedItem::getItemId).collect(Collectors.toSet()));
  }

  private void tell(Scene.Summary summary) {
    Histogram latency = summary.latency();
    say(
        "%n%,d requests of random viewers: %,d answers, %,d ranked by the model, %,d doubled.",
        summary.requests(), summary.answers(), summary.ok(), summary.duplicates());
    say("%n  from request to answer    half       90 %%       99 %%      worst");
    say(
        "                     %9.1f  %9.1f  %9.1f  %9.1f ms",
        latency.getValueAtPercentile(50) / 1e3,
        latency.getValueAtPercentile(90) / 1e3,
        latency.getValueAtPercentile(99) / 1e3,
        latency.getMaxValue() / 1e3);
    say(
        "  of which, on average: history %.2f, query tower %.2f, search %.2f ms",
        summary.stages().history().orElse(0) / 1e3,
        summary.stages().encode().orElse(0) / 1e3,
        summary.stages().search().orElse(0) / 1e3);
  }

  /** The first few items; those that are not among {@code known} get a star, unless it is empty. */
  private void show(List<RecommendedItem> items, Set<String> known) {
    for (RecommendedItem item : items.subList(0, Math.min(SHOWN, items.size()))) {
      boolean isNew = !known.isEmpty() && !known.contains(item.getItemId());
      String title = item.getTitle().isEmpty() ? item.getItemId() : item.getTitle();
      say("  %6.2f  %s%s", item.getScore(), title, isNew ? "  *new*" : "");
    }
  }

  private void say(String words, Object... arguments) {
    out.println(String.format(Locale.ROOT, words, arguments));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }

  private static String millis(Duration duration) {
    return String.format(Locale.ROOT, "%.1f", duration.toNanos() / 1e6);
  }
}
