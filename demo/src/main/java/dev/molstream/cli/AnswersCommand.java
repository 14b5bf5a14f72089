package dev.molstream.cli;

import dev.molstream.answering.AnsweringReport;
import dev.molstream.answering.AskedQuestion;
import dev.molstream.answering.QuestionAnswering;
import dev.molstream.schemas.RecommendedItem;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code molstream answers}. */
@Command(
    name = "answers",
    description = {
      "Shows question answering in one process, on an embedded Kafka: learns from questions about a"
          + " made-up town,",
      "publishes passages as items, and asks other questions as requests with a ready query.",
      "The text encoder is a stand-in that knows no language: hashed n-grams."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the spec
final class AnswersCommand implements Callable<Integer> {
  private static final int SHOWN = 4;

  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;

  @Override
  public Integer call() {
    AnsweringReport report =
        QuestionAnswering.play(ProgressDisplay.onStderr(), InstantSource.system());
    PrintWriter out = spec.commandLine().getOut();
    if (json.isOn) {
      print(report, new JsonLines(out));
    } else {
      tell(report, out);
    }
    return report.asked().stream().allMatch(question -> question.answer().isOk()) ? 0 : 1;
  }

  private static void print(AnsweringReport report, JsonLines lines) {
    for (AskedQuestion asked : report.asked()) {
      lines.print(
          "answer",
          "question",
          asked.question(),
          "passageId",
          asked.passageId(),
          "items",
          asked.answer().items().stream().map(AnswersCommand::item).toList(),
          "sharesWords",
          asked.sharesWords(),
          "rank",
          asked.rank(),
          "cosineRank",
          asked.cosineRank(),
          "millis",
          asked.answer().nanos() / 1e6);
    }
    lines.print(
        "summary",
        "encoder",
        "stand-in: hashed n-grams",
        "dimension",
        report.dimension(),
        "passages",
        report.passages().size(),
        "learned",
        report.learned(),
        "asked",
        report.asked().size(),
        "hit@1",
        report.hitRate(1),
        "hit@3",
        report.hitRate(3),
        "cosineHit@1",
        report.cosineHitRate(1),
        "cosineHit@3",
        report.cosineHitRate(3),
        "p50Millis",
        report.medianMillis());
  }

  private static Map<String, Object> item(RecommendedItem item) {
    return Map.of("itemId", item.getItemId(), "title", item.getTitle(), "score", item.getScore());
  }

  private static void tell(AnsweringReport report, PrintWriter out) {
    say(
        out,
        "%d passages about a made-up town. Learned from %d questions in %d s, asked %d others.",
        report.passages().size(),
        report.learned(),
        report.trained().toSeconds(),
        report.asked().size());
    say(
        out,
        "The text encoder is a stand-in that knows no language: hashed n-grams, %,d numbers per"
            + " text.",
        report.dimension());
    List<AskedQuestion> asked = report.asked();
    for (int i = 0; i < SHOWN; i++) {
      tell(asked.get(i * (asked.size() - 1) / (SHOWN - 1)), report, out);
    }
    say(
        out,
        "%nThe right passage of %d                 MoL, as served        cosine of the vectors",
        report.passages().size());
    say(out, "                                      first  among three      first  among three");
    tellRates("%3d questions held out", report, out);
    tellRates("%3d that share a word with it", report.ofThose(true), out);
    tellRates("%3d that share none", report.ofThose(false), out);
    say(out, "%nFrom request to answer: half within %.1f ms.", report.medianMillis());
  }

  private static void tell(AskedQuestion asked, AnsweringReport report, PrintWriter out) {
    say(out, "%n%s", asked.question());
    for (RecommendedItem item : asked.answer().items()) {
      String mark = item.getItemId().equals(asked.passageId()) ? "*" : " ";
      say(
          out,
          "  %6.2f %s %s: %s",
          item.getScore(),
          mark,
          item.getTitle(),
          report.text(item.getItemId()));
    }
  }

  private static void tellRates(String which, AnsweringReport report, PrintWriter out) {
    say(
        out,
        "  %-32s %6.1f %%     %6.1f %%   %6.1f %%     %6.1f %%",
        which.formatted(report.asked().size()),
        100 * report.hitRate(1),
        100 * report.hitRate(3),
        100 * report.cosineHitRate(1),
        100 * report.cosineHitRate(3));
  }

  private static void say(PrintWriter out, String words, Object... arguments) {
    out.println(String.format(Locale.ROOT, words, arguments));
  }
}
