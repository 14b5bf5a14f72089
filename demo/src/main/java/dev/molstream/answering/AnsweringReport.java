package dev.molstream.answering;

import java.time.Duration;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * What came of it.
 *
 * @param passages all that could be answered with
 * @param learned how many questions were learned from
 * @param dimension numbers per vector of the encoder
 * @param trained how long learning and writing the bundle took
 * @param asked the questions held out, in the order of their passages
 */
public record AnsweringReport(
    List<Passage> passages,
    int learned,
    int dimension,
    Duration trained,
    List<AskedQuestion> asked) {
  public AnsweringReport {
    passages = List.copyOf(passages);
    asked = List.copyOf(asked);
  }

  /** The same of those questions only that share a word with their passage, or that do not. */
  public AnsweringReport ofThose(boolean sharingWords) {
    return new AnsweringReport(
        passages,
        learned,
        dimension,
        trained,
        asked.stream().filter(question -> question.sharesWords() == sharingWords).toList());
  }

  /** The share of questions whose passage is among the first {@code k} answers, k up to 3. */
  public double hitRate(int k) {
    return share(k, AskedQuestion::rank);
  }

  /** The same by the cosine of the encoder's vectors. */
  public double cosineHitRate(int k) {
    return share(k, AskedQuestion::cosineRank);
  }

  /** What a passage says. */
  public String text(String passageId) {
    return passages.stream()
        .filter(passage -> passage.id().equals(passageId))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no passage " + passageId))
        .text();
  }

  /** Half of the questions had their answer within this many milliseconds. */
  public double medianMillis() {
    List<Long> nanos = asked.stream().map(question -> question.answer().nanos()).sorted().toList();
    return nanos.get(nanos.size() / 2) / 1e6;
  }

  private double share(int k, ToIntFunction<AskedQuestion> rank) {
    long hits = asked.stream().mapToInt(rank).filter(place -> place >= 1 && place <= k).count();
    return (double) hits / asked.size();
  }
}
