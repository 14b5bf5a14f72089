package dev.molstream.retrieval.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.retrieval.scan.ItemEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RankedItemsTest {
  private record Offer(float score, ItemEntry entry) {}

  /** Few distinct scores, so that ties abound. */
  @ParameterizedTest
  @CsvSource({"1,1", "1,500", "7,500", "64,64", "65,1000", "200,1000", "1000,999", "1000,1001"})
  void keepsTheBestInOrder(int limit, int offers) {
    // given
    SplittableRandom random = new SplittableRandom(limit * 31L + offers);
    RankedItems ranked = new RankedItems();
    List<Offer> all = new ArrayList<>();
    ranked.start(limit);

    // when
    for (int i = 0; i < offers; i++) {
      String itemId = "item " + (i * 7919 % offers);
      Offer offer = new Offer(random.nextInt(20), new ItemEntry(i, itemId, "", List.of(), true));
      all.add(offer);
      if (ranked.mayTake(offer.score())) {
        ranked.offer(offer.score(), offer.entry());
      }
    }
    ranked.sort(true, offers);

    // then
    all.sort(
        Comparator.comparing(Offer::score)
            .reversed()
            .thenComparing(offer -> offer.entry().itemId()));
    assertThat(ranked.size()).isEqualTo(Math.min(limit, offers));
    for (int rank = 0; rank < ranked.size(); rank++) {
      assertThat(ranked.itemId(rank)).isEqualTo(all.get(rank).entry().itemId());
      assertThat(ranked.score(rank)).isEqualTo(all.get(rank).score());
    }
  }
}
