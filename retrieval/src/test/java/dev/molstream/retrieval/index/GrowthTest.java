package dev.molstream.retrieval.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.molstream.retrieval.Examples;
import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.Searcher;
import dev.molstream.retrieval.Searches;
import dev.molstream.retrieval.TopK;
import dev.molstream.retrieval.partition.Partition;
import dev.molstream.retrieval.partition.QuerySample;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is searched and held while the index becomes many times larger than it was made for. */
class GrowthTest {
  private static final int SMALL = 2_000;
  private static final int LARGE = 20_000;

  private final MolShape shape = Examples.shape(4, 3, 16, 8);
  private final SplittableRandom random = new SplittableRandom(1);
  private final GatingNetwork gating = Examples.gating(shape, random, 1);
  private final MolQuery query = Examples.query(shape, random);
  private final List<MolItem> items =
      IntStream.range(0, LARGE).mapToObj(i -> Examples.item(shape, random, "item " + i)).toList();

  @TempDir private Path directory;
  private ItemIndex index;

  @BeforeEach
  void open() {
    index = open("index");
  }

  @AfterEach
  void close() {
    index.close();
  }

  @Test
  void keepsAnsweringWhileItGrows() throws Exception {
    // given
    items.subList(0, SMALL).forEach(index::upsert);
    long retainedBytes = index.retainedBytes();
    long searchBytes = index.searchBytes();
    Searcher searcher = index.searcher();
    long longestNanos = 0;
    int searches = 0;

    // when
    try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Future<?> writer = threads.submit(() -> items.subList(SMALL, LARGE).forEach(index::upsert));
      while (!writer.isDone()) {
        for (SearchAlgorithm algorithm : Searches.all()) {
          long start = System.nanoTime();
          TopK top = searcher.search(query, 10, SearchFilter.NONE, algorithm);
          longestNanos = Math.max(longestNanos, System.nanoTime() - start);
          searches++;
          assertThat(top.size()).isEqualTo(10);
        }
      }
      writer.get();
    }

    // then
    assertThat(searches).isPositive();
    assertThat(Duration.ofNanos(longestNanos)).isLessThan(Duration.ofSeconds(2));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> search(index, SearchAlgorithm.approximate()).scanned() > 0);
    requireAll(index);
    assertThat(index.searchBytes()).isGreaterThan(searchBytes);
    assertThat(index.retainedBytes()).isGreaterThan(retainedBytes);
    assertThat(index.retainedBytes()).isGreaterThan(index.searchBytes());
    assertThat(searchBytes).isPositive();
  }

  @Test
  void arrangesItemsAnewOnceItWasAskedEnough() {
    // given
    index.upsertAll(items::forEach);
    StoredItemIndex stored = (StoredItemIndex) index;
    Partition unfitted = stored.partition();

    // when
    Searcher searcher = index.searcher();
    for (int i = 0; i < QuerySample.CAPACITY; i++) {
      searcher.search(
          Examples.query(shape, random), 1, SearchFilter.NONE, SearchAlgorithm.approximate());
    }

    // then
    await()
        .pollInSameThread()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              var _ = search(index, SearchAlgorithm.approximate());
              return stored.partition() != unfitted;
            });
    requireAll(index);
  }

  @Test
  void keepsAnArrangementThatWasFittedFromTheStart() {
    // given
    index.learnFrom(
        IntStream.range(0, QuerySample.CAPACITY)
            .mapToObj(_ -> Examples.query(shape, random))
            .toList());
    index.upsertAll(items::forEach);
    StoredItemIndex stored = (StoredItemIndex) index;
    Partition fitted = stored.partition();

    // when
    var _ = search(index, SearchAlgorithm.approximate());

    // then
    assertThat(stored.partition()).isSameAs(fitted);
    requireAll(index);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> index.learnFrom(List.of(new MolQuery(new float[1], new float[12]))))
        .withMessage("query components has 1 values, the shape needs 64");
  }

  @Test
  void answersAfterABulkLoadAsAfterSingleUpserts() {
    // given
    items.forEach(index::upsert);

    // when
    try (ItemIndex bulk = open("bulk")) {
      bulk.upsertAll(items::forEach);

      // then
      requireAll(bulk);
      assertThat(search(bulk, SearchAlgorithm.approximate()).scanned()).isPositive();
      for (SearchAlgorithm algorithm : Searches.exact()) {
        Searches.assertSame(search(bulk, algorithm), search(index, algorithm));
      }
    }
  }

  @Test
  void searchesExactlyDuringABulkLoad() {
    // given: a partition that knows nothing of what follows
    index.upsertAll(items.subList(0, 5_000)::forEach);

    // when, then
    index.upsertAll(
        consumer -> {
          for (int i = 0; i < 5_000; i++) {
            // Half of them replace others, half are new.
            MolItem item = items.get(10_000 + i);
            String itemId = i % 2 == 0 ? "item " + i : item.itemId();
            consumer.accept(named(itemId, item));
            if (i % 500 == 499) {
              requireExact(index);
            }
          }
        });
    List<String> exact = Searches.ids(search(index, SearchAlgorithm.exact()));
    List<String> found = Searches.ids(search(index, SearchAlgorithm.approximate()));
    assertThat(found).startsWith(exact.getFirst());
  }

  @Test
  void searchesExactlyDuringABulkLoadThatOvertakesABuild() {
    // given: a build in the background
    items.subList(0, 4_096).forEach(index::upsert);

    // when, then
    index.upsertAll(
        consumer -> {
          for (int i = 4_096; i < LARGE; i++) {
            consumer.accept(items.get(i));
            if (i % 500 == 499) {
              requireExact(index);
            }
          }
        });
    requireAll(index);
  }

  private void requireExact(ItemIndex index) {
    List<Searches.Scored> exact = Searches.scored(search(index, SearchAlgorithm.exact()));
    TopK top = search(index, SearchAlgorithm.approximate());
    assertThat(top.exact()).isTrue();
    assertThat(Searches.scored(top)).isEqualTo(exact);
  }

  private void requireAll(ItemIndex index) {
    assertThat(index.size()).isEqualTo(LARGE);
    TopK top =
        index.searcher().search(query, LARGE, SearchFilter.NONE, SearchAlgorithm.approximate());
    assertThat(top.size()).isEqualTo(LARGE);
  }

  private TopK search(ItemIndex index, SearchAlgorithm algorithm) {
    return index.searcher().search(query, 50, SearchFilter.NONE, algorithm);
  }

  private static MolItem named(String itemId, MolItem item) {
    return new MolItem(
        itemId, item.title(), item.categories(), true, item.base(), item.components(), item.gate());
  }

  private ItemIndex open(String name) {
    return ItemIndex.open(new IndexSettings(directory.resolve(name), "m1", shape, gating, 500));
  }
}
