package dev.molstream.retrieval.search;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.sun.management.ThreadMXBean;
import dev.molstream.retrieval.Examples;
import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.Searcher;
import dev.molstream.retrieval.Searches;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Counts the bytes the searching thread takes from the heap. */
class AllocationTest {
  private static final int SEARCHES = 20;
  private static final MolShape SHAPE = Examples.shape(4, 3, 16, 8);
  private static final GatingNetwork GATING = Examples.gating(SHAPE, new SplittableRandom(1), 1);

  @TempDir private static Path directory;

  private static ItemIndex small;
  private static ItemIndex partitioned;

  private final MolQuery query = Examples.query(SHAPE, new SplittableRandom(2));

  @BeforeAll
  static void fill() {
    small = filled("small", 640);
    // More of category "a" than are scored one by one, and a bitmap of them.
    partitioned = filled("partitioned", 18_000);
  }

  @AfterAll
  static void close() {
    small.close();
    partitioned.close();
  }

  static Stream<Arguments> searches() {
    Set<String> some = Set.of("item 1", "item 2", "item 3", "unknown");
    Map<String, SearchFilter> filters =
        Map.of(
            "by item", SearchFilter.excluding(some),
            "by category", new SearchFilter(some, Set.of("a", "b")),
            "by rare category", new SearchFilter(some, Set.of("rare", "half rare")),
            "by attribute", SearchFilter.NONE.withAttributes(Map.of("colour", Set.of("red"))),
            "by list", SearchFilter.NONE.allowingOnly(some));
    return Stream.of("small", "partitioned")
        .flatMap(
            index ->
                Searches.all().stream()
                    .flatMap(
                        algorithm ->
                            filters.entrySet().stream()
                                .map(
                                    filter ->
                                        arguments(
                                            index,
                                            algorithm,
                                            filter.getKey(),
                                            filter.getValue()))));
  }

  /** Until the JIT has compiled the kernel, each vector is an object: hence the waiting. */
  @ParameterizedTest(name = "{0} index, {1}, {2}")
  @MethodSource("searches")
  void searchesWithoutAllocating(
      String index, SearchAlgorithm algorithm, String name, SearchFilter filter) {
    // given
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Searcher searcher = (index.equals("small") ? small : partitioned).searcher();

    // when, then
    await(name)
        .pollInSameThread()
        .pollInterval(Duration.ofMillis(1))
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              long before = threads.getCurrentThreadAllocatedBytes();
              for (int i = 0; i < SEARCHES; i++) {
                searcher.search(query, 10, filter, algorithm);
              }
              return threads.getCurrentThreadAllocatedBytes() - before;
            },
            bytes -> bytes == 0);
  }

  private static ItemIndex filled(String name, int items) {
    RandomGenerator random = new SplittableRandom(items);
    ItemIndex index = ItemIndex.open(Examples.settings(directory.resolve(name), SHAPE, GATING));
    index.upsertAll(
        consumer -> {
          for (int i = 0; i < items; i++) {
            consumer.accept(item(random, i, items));
          }
        });
    return index;
  }

  private static MolItem item(RandomGenerator random, int i, int items) {
    String rarity = i % 100 == 0 ? "rare" : i < items / 3 ? "half rare" : "common";
    MolItem item = Examples.item(SHAPE, random, "item " + i);
    return new MolItem(
        item.itemId(),
        item.title(),
        List.of(i % 2 == 0 ? "a" : "c", rarity),
        Map.of("colour", i % 3 == 0 ? "red" : "blue"),
        true,
        item.base(),
        item.components(),
        item.gate());
  }
}
