package dev.molstream.retrieval.search;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.sun.management.ThreadMXBean;
import dev.molstream.retrieval.Examples;
import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.mol.KernelKind;
import dev.molstream.retrieval.scan.ScanIndex;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Counts the bytes the searching thread takes from the heap. */
class AllocationTest {
  private static final int SEARCHES = 20;

  /** An immutable set has no other way to show its elements. */
  private static final int ITERATOR_BYTES = 24;

  static Stream<Arguments> searches() {
    Set<String> excluded = Set.of("item 1", "item 2", "item 3");
    SearchFilter byItem = SearchFilter.excluding(excluded);
    SearchFilter byCategory = new SearchFilter(excluded, Set.of("a", "b"));
    return Stream.of(
        arguments(SearchAlgorithm.exact(), byItem, 0),
        arguments(SearchAlgorithm.averaged(100), byItem, 0),
        arguments(SearchAlgorithm.exact(), byCategory, ITERATOR_BYTES));
  }

  /** Until the JIT has compiled the kernel, each vector is an object: hence the waiting. */
  @ParameterizedTest
  @MethodSource("searches")
  void searchesWithoutAllocating(
      SearchAlgorithm algorithm, SearchFilter filter, int bytesPerSearch) {
    // given
    RandomGenerator random = new SplittableRandom(3);
    MolShape shape = Examples.shape(4, 4, 16, 32);
    GatingNetwork gating = Examples.gating(shape, random, 1);
    MolQuery query = Examples.query(shape, random);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (ScanIndex index = new ScanIndex(shape)) {
      for (int i = 0; i < 640; i++) {
        index.put(
            null, Examples.item(shape, random, "item " + i, List.of(i % 2 == 0 ? "a" : "c"), true));
      }
      ScanSearcher searcher = new ScanSearcher(index, KernelKind.chosen().create(shape, gating));

      // when, then
      await()
          .pollInSameThread()
          .pollInterval(Duration.ofMillis(1))
          .atMost(Duration.ofMinutes(2))
          .until(
              () -> {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < SEARCHES; i++) {
                  searcher.search(query, 10, filter, algorithm);
                }
                return threads.getCurrentThreadAllocatedBytes() - before;
              },
              bytes -> bytes <= (long) SEARCHES * bytesPerSearch);
    }
  }
}
