package dev.molstream.answering;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TownGuideTest {
  private final List<Passage> passages = TownGuide.passages();

  @Test
  void hasPassagesWithFourQuestionsToLearnAndFourHeldOut() {
    assertThat(passages).hasSize(40);
    assertThat(passages)
        .allSatisfy(
            passage -> {
              assertThat(passage.text()).endsWith(".");
              assertThat(passage.learned()).hasSize(4);
              assertThat(passage.heldOut()).hasSize(4);
            });
    assertThat(passages).extracting(Passage::id).startsWith("p1", "p2").doesNotHaveDuplicates();
    assertThat(passages).extracting(Passage::title).startsWith("Library hours");
  }

  @Test
  void learnsNoQuestionThatIsHeldOut() {
    Set<List<String>> learned =
        passages.stream()
            .flatMap(passage -> passage.learned().stream())
            .map(HashedNgrams::words)
            .collect(Collectors.toCollection(HashSet::new));

    assertThat(learned).hasSize(160);
    assertThat(passages)
        .flatExtracting(Passage::heldOut)
        .allSatisfy(question -> assertThat(learned).doesNotContain(HashedNgrams.words(question)));
  }

  @Test
  void tellsQuestionsInThePassagesWordsFromOthers() {
    Passage dogs =
        new Passage("p", "Dogs on the beach", "Dogs may run free.", List.of(), List.of());

    assertThat(dogs.sharesWords("Where can DOGS run?")).isTrue();
    assertThat(dogs.sharesWords("May my terrier run on the sand?")).isFalse();
  }
}
