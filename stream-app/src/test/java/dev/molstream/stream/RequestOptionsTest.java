package dev.molstream.stream;

import static dev.molstream.stream.StreamFixture.NOW;
import static dev.molstream.stream.StreamFixture.items;
import static dev.molstream.stream.StreamFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.schemas.Certificate;
import dev.molstream.schemas.ReadyQuery;
import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.RecommendedItem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestOptionsTest {
  @TempDir Path directory;
  private StreamFixture stream;

  @BeforeEach
  void start() {
    stream = new StreamFixture(directory);
    for (int degrees = 0; degrees < 180; degrees += 10) {
      stream.item("at" + degrees, degrees);
    }
  }

  @AfterEach
  void stop() {
    stream.close();
  }

  @Test
  void similarItemsAreThoseNearTheItem() {
    Recommendations answer = stream.ask(similarTo("at60", ""));

    assertThat(answer.getStatus()).isEqualTo(RecommendationStatus.OK);
    assertThat(items(answer).subList(0, 2)).containsExactlyInAnyOrder("at50", "at70");
    assertThat(items(answer)).doesNotContain("at60");
    assertThat(answer.getHistoryLength()).isZero();
    assertThat(answer.getCertificate()).isEqualTo(Certificate.EXACT);
  }

  @Test
  void similarItemsLeaveOutWhatTheUserHasSeenAndNeverTheHistorysDirection() {
    stream.click("u", "at50");
    stream.click("u", "at0");

    assertThat(items(stream.ask(similarTo("at60", "u"))))
        .startsWith("at70")
        .doesNotContain("at50", "at0");
    RecommendationRequest all =
        RecommendationRequest.newBuilder(similarTo("at60", "u")).setExcludeSeen(false).build();
    assertThat(items(stream.ask(all)).subList(0, 2)).containsExactlyInAnyOrder("at50", "at70");
  }

  @Test
  void anItemThatIsNotThereHasNoSimilarOnes() {
    assertInvalid(similarTo("nowhere", ""), "'nowhere'");
    assertInvalid(similarTo("", "u"), "similarTo is empty");
    assertInvalid(
        RecommendationRequest.newBuilder(similarTo("at60", "u"))
            .setQuery(new ReadyQuery(List.of(1f, 0f), null, null, null))
            .build(),
        "query and similarTo");
  }

  @Test
  void diversityKeepsTheBestAndSpreadsTheRest() {
    stream.click("u", "at40");
    List<String> nearest = items(stream.ask("u", 4));

    Recommendations mild = ask("diversity", "0");
    Recommendations diverse = ask("diversity", "0.7");

    assertThat(items(mild)).isEqualTo(nearest);
    assertThat(mild.getCertificate()).isEqualTo(Certificate.EXACT);
    assertThat(items(diverse)).hasSize(4).doesNotHaveDuplicates().isNotEqualTo(nearest);
    assertThat(items(diverse).getFirst()).isEqualTo(nearest.getFirst());
    assertThat(spread(diverse)).isGreaterThan(spread(mild));
    assertThat(diverse.getCertificate()).isEqualTo(Certificate.NONE);
    assertThat(diverse.getGapBound()).isNull();
    for (RecommendedItem item : diverse.getItems()) {
      int degrees = Integer.parseInt(item.getItemId().substring(2));
      assertThat(item.getScore())
          .as(item.getItemId())
          .isCloseTo((float) (Math.cos(Math.toRadians(degrees - 40)) / 0.5), within(1e-3f));
    }
  }

  @Test
  void diversityAloneTakesTheMostDifferentItemOfThePool() {
    stream.click("u", "at0");

    // The pool of 2 items has the 8 nearest: at10 to at80.
    Recommendations answer = stream.ask(withOptions(2, Map.of("diversity", "1")));

    assertThat(items(answer)).containsExactly("at10", "at80");
  }

  @Test
  void anExplanationNamesTheEventThatPullsMost() {
    stream.click("u", "at90");
    stream.click("u", "at20");

    Recommendations answer = ask("explain", "true");

    // Between both, at55; without at20 the query is at90, without at90 it is at20.
    RecommendedItem item = find(answer, "at50");
    assertThat(item.getExplanation()).startsWith("Because of Title of at20");
    assertThat(item.getContributions().getHistory()).hasSize(2);
    assertThat(item.getContributions().getHistory().getFirst().getItemId()).isEqualTo("at20");
    assertThat(item.getContributions().getHistory().getFirst().getPull())
        .isCloseTo((float) ((cos(5) - cos(40)) / 0.5), within(1e-3f));
    assertThat(item.getContributions().getHistory().getLast().getPull())
        .isCloseTo((float) ((cos(5) - cos(30)) / 0.5), within(1e-3f));
    assertThat(item.getContributions().getComponents())
        .singleElement()
        .satisfies(
            pair -> {
              assertThat(pair.getGate()).isEqualTo(1f);
              assertThat(pair.getLogit()).isCloseTo(item.getScore(), within(1e-3f));
            });
  }

  @Test
  void anExplanationCoversTheFirstItemsAlone() {
    stream.click("u", "at0");
    stream.click("u", "at10");

    Recommendations answer = stream.ask(withOptions(15, Map.of("explain", "true")));

    assertThat(answer.getItems().subList(0, 10))
        .allSatisfy(item -> assertThat(item.getExplanation()).isNotNull());
    assertThat(answer.getItems().subList(10, 15))
        .allSatisfy(item -> assertThat(item.getContributions()).isNull());
  }

  @Test
  void withoutAHistoryAnExplanationSaysWhatThereIsToSay() {
    assertThat(find(stream.ask(withOptions(similarTo("at60", ""), "explain", "true")), "at50"))
        .satisfies(
            item -> {
              assertThat(item.getExplanation()).isEqualTo("Like Title of at60");
              assertThat(item.getContributions().getHistory()).isEmpty();
            });

    stream.click("u", "at40");
    assertThat(ask("explain", "true").getItems().getFirst().getExplanation())
        .as("one event, which cannot be left out")
        .contains("100 %");

    Recommendations cold = stream.ask(withOptions(request("r", "nobody", 1), "explain", "true"));
    assertThat(cold.getItems().getFirst().getExplanation()).isEqualTo("Popular lately");
  }

  @Test
  void nothingIsExplainedUnasked() {
    stream.click("u", "at40");
    stream.click("u", "at50");

    assertThat(ask("explain", "false").getItems())
        .allSatisfy(item -> assertThat(item.getExplanation()).isNull())
        .allSatisfy(item -> assertThat(item.getContributions()).isNull());
  }

  @Test
  void recallAndBudgetAreAnswered() {
    stream.click("u", "at40");

    assertThat(ask("recall", "0.9").getItems()).hasSize(4);
    assertThat(ask("recall", "1").getCertificate()).isEqualTo(Certificate.EXACT);
    assertThat(ask("budget.millis", "50").getCertificate()).isEqualTo(Certificate.EXACT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "colour | red | 'colour'",
        "explain | yes | true and false",
        "explain | '' | true and false",
        "diversity | -0.1 | 0 to 1",
        "diversity | 1.01 | 0 to 1",
        "diversity | NaN | 0 to 1",
        "diversity | 1e-1 | 0 to 1",
        "recall | 0.49 | 0.5 to 1",
        "recall | 2 | 0.5 to 1",
        "recall | much | 0.5 to 1",
        "budget.millis | 0 | 1 to 60000",
        "budget.millis | 60001 | 1 to 60000",
        "budget.millis | 1.5 | 1 to 60000",
        "budget.millis | 99999999999 | 1 to 60000",
        "algorithm | slow | averaged",
        "candidates | 0 | 1 to 100000"
      })
  void badValuesAreRefusedWithWhatIsValid(String option, String value, String reason) {
    assertInvalid(withOptions(4, Map.of(option, value)), reason);
  }

  @Test
  void optionsThatContradictEachOtherAreRefused() {
    assertInvalid(
        withOptions(4, Map.of("recall", "0.9", "budget.millis", "5")), "recall and budget.millis");
    assertInvalid(
        withOptions(4, Map.of("algorithm", "exact", "recall", "1")), "algorithm and recall");
    assertInvalid(withOptions(101, Map.of("diversity", "0.5")), "k is 101");
  }

  @Test
  void aRequestThatWaitedTooLongIsRefused() {
    stream.requests.pipeInput(
        "u", StreamFixture.write(request("r", "u", 1)), NOW.minus(StreamFixture.ADMISSION_WAIT));

    Recommendations answer = StreamFixture.read(stream.answers.readRecord());
    assertThat(answer.getStatus()).isEqualTo(RecommendationStatus.OVERLOADED);
    assertThat(answer.getReason()).contains("10000 ms");
    assertThat(answer.getItems()).isEmpty();
  }

  private Recommendations ask(String option, String value) {
    return stream.ask(withOptions(4, Map.of(option, value)));
  }

  private void assertInvalid(RecommendationRequest request, String reason) {
    Recommendations answer = stream.ask(request);
    assertThat(answer.getStatus()).isEqualTo(RecommendationStatus.INVALID);
    assertThat(answer.getReason()).contains(reason).hasLineCount(1);
  }

  private static RecommendationRequest withOptions(int k, Map<String, String> options) {
    return RecommendationRequest.newBuilder(request("r", "u", k)).setOptions(options).build();
  }

  private static RecommendationRequest withOptions(
      RecommendationRequest request, String option, String value) {
    return RecommendationRequest.newBuilder(request).setOptions(Map.of(option, value)).build();
  }

  private static RecommendationRequest similarTo(String itemId, String userId) {
    return RecommendationRequest.newBuilder(request("r", userId, 4)).setSimilarTo(itemId).build();
  }

  private static RecommendedItem find(Recommendations answer, String itemId) {
    return answer.getItems().stream()
        .filter(item -> item.getItemId().equals(itemId))
        .findFirst()
        .orElseThrow();
  }

  /** The smallest angle between two items of the list. */
  private static double spread(Recommendations answer) {
    List<Integer> degrees =
        items(answer).stream().map(id -> Integer.parseInt(id.substring(2))).sorted().toList();
    double least = 180;
    for (int i = 1; i < degrees.size(); i++) {
      least = Math.min(least, degrees.get(i) - degrees.get(i - 1));
    }
    return least;
  }

  private static double cos(double degrees) {
    return Math.cos(Math.toRadians(degrees));
  }
}
