package dev.molstream.retrieval.search;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.molstream.retrieval.kernel.ReferenceScorer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A writer changes items as fast as it can while readers search. The title of an answer says which
 * version of the item it claims to be: its score must be that version's, and a search for what only
 * some versions carry must find only those.
 *
 * <p>Now and then the writer lights a beacon: an item that no other exceeds.
 */
class RaceTest {
  /** How long the cases last together. */
  private static final long SECONDS = Long.getLong("molstream.race.seconds", 60);

  private static final int K = 20;
  private static final int VERSIONS = 4;
  private static final int STEADY = 100;
  private static final int FICKLE = 60;
  private static final int NEW = 11_000;
  private static final long LIT_NANOS = Duration.ofMillis(30).toNanos();
  private static final long DARK_NANOS = Duration.ofMillis(3).toNanos();

  /** Hard enough to find what is unlike all others: the default may take a beacon for noise. */
  private static final SearchAlgorithm THOROUGH = new SearchAlgorithm.Adaptive(20, 20);

  private final MolShape shape = Examples.shape(4, 4, 16, 16);
  private final GatingNetwork gating = Examples.gating(shape, new SplittableRandom(1), 1);
  private final float[] direction =
      Examples.units(new SplittableRandom(2), 1, shape.componentDimension());
  private final MolQuery query =
      Searches.alignedQuery(
          shape, direction, Examples.gaussians(new SplittableRandom(3), shape.logits(), 1));

  private final Map<String, MolItem[]> versions = new HashMap<>();
  private final Map<String, float[]> scores = new HashMap<>();

  @TempDir private Path directory;
  private ItemIndex index;

  /** The number of the beacon that is there; negative while it comes or goes. */
  private volatile int lit = -1;

  /** All beacons up to this number are gone. */
  private volatile int gone = -1;

  /** What is asked and what must come back. */
  private record Question(SearchFilter filter, int size, boolean beacons, int parity) {}

  @BeforeEach
  void fill() {
    index = ItemIndex.open(new IndexSettings(directory, "m1", shape, gating, 64));
    RandomGenerator random = new SplittableRandom(4);
    for (int i = 0; i < STEADY; i++) {
      remember("steady " + i, "steady", random);
    }
    for (int i = 0; i < FICKLE; i++) {
      remember("fickle " + i, "fickle", random);
    }
    for (int i = 0; i < STEADY; i++) {
      index.upsert(version("steady " + i, 0));
    }
  }

  @AfterEach
  void close() {
    index.close();
  }

  @Test
  void answersAreOfOneVersionWhileItemsChange() throws Exception {
    race(0.3, (random, _) -> changeSteady(random));
  }

  @Test
  void answersAreOfOneVersionWhileSlotsAreReused() throws Exception {
    race(
        0.3,
        (random, _) -> {
          if (random.nextInt(3) == 0) {
            changeSteady(random);
          } else {
            changeFickle(random);
          }
        });
  }

  @Test
  void answersAreOfOneVersionWhileTheIndexGrows() throws Exception {
    // given
    RandomGenerator itemRandom = new SplittableRandom(5);
    for (int i = 0; i < NEW; i++) {
      remember("new " + i, "new", itemRandom);
    }
    int[] grown = {0};

    // when
    race(
        0.4,
        (random, share) -> {
          if (grown[0] < share * 1.2 * NEW && grown[0] < NEW) {
            index.upsert(version("new " + grown[0]++, 0));
          }
          if (random.nextInt(3) == 0) {
            changeFickle(random);
          } else {
            changeSteady(random);
          }
        });

    // then
    assertThat(index.size()).isGreaterThan(10_000);
    TopK top = index.searcher().search(query, K, SearchFilter.NONE, SearchAlgorithm.approximate());
    assertThat(top.scanned()).as("it has a partition").isPositive();
  }

  @Test
  void answersThoughTheBestItemsNeverRest() throws Exception {
    // given: many items, so that the best change many times during a search
    RandomGenerator random = new SplittableRandom(8);
    for (int i = 0; i < 3_000; i++) {
      index.upsert(Examples.item(shape, random, "item " + i));
    }
    MolItem[] best = new MolItem[3];
    for (int i = 0; i < best.length; i++) {
      best[i] = beacon(i);
    }
    AtomicBoolean stop = new AtomicBoolean();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<?> writer =
          threads.submit(
              () -> {
                for (int i = 0; !stop.get(); i = (i + 1) % best.length) {
                  index.upsert(best[i]);
                }
              });

      // when
      Future<?> reader =
          threads.submit(
              () -> {
                Searcher searcher = index.searcher();
                for (int i = 0; i < 100; i++) {
                  for (SearchAlgorithm algorithm : Searches.all()) {
                    searcher.search(query, K, SearchFilter.NONE, algorithm);
                  }
                }
              });

      // then
      try {
        reader.get(60, TimeUnit.SECONDS);
      } finally {
        stop.set(true);
      }
      writer.get();
    }
  }

  /** Changes something; the share is how much of the race has passed. */
  private interface Change {
    void make(RandomGenerator random, double share);
  }

  private void race(double share, Change change) throws Exception {
    // given
    long nanos = (long) (share * Duration.ofSeconds(SECONDS).toNanos());
    long start = System.nanoTime();
    List<SearchAlgorithm> exact = List.of(new SearchAlgorithm.BoundedExact());
    List<SearchAlgorithm> adaptive = List.of(SearchAlgorithm.Adaptive.DEFAULT, THOROUGH);

    // when
    AtomicBoolean stop = new AtomicBoolean();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      Future<?> writer = threads.submit(() -> write(start, nanos, change, stop));
      List<Future<?>> readers = new ArrayList<>();
      for (List<SearchAlgorithm> algorithms : List.of(exact, adaptive, Searches.all())) {
        int seed = readers.size();
        readers.add(threads.submit(() -> read(algorithms, seed, writer, stop)));
      }

      // then
      try {
        for (Future<?> reader : readers) {
          reader.get();
        }
      } finally {
        stop.set(true);
      }
      writer.get();
    }
  }

  private void write(long start, long nanos, Change change, AtomicBoolean stop) {
    RandomGenerator random = new SplittableRandom(6);
    int beacon = 0;
    long turn = start;
    while (!stop.get()) {
      long now = System.nanoTime();
      if (now - start >= nanos) {
        return;
      }
      change.make(random, (double) (now - start) / nanos);
      if (now >= turn) {
        if (lit < 0) {
          index.upsert(beacon(beacon));
          lit = beacon++;
          turn = now + LIT_NANOS;
        } else {
          lit = -1;
          index.delete("beacon " + (beacon - 1));
          gone = beacon - 1;
          turn = now + DARK_NANOS;
        }
      }
    }
  }

  private void changeSteady(RandomGenerator random) {
    index.upsert(version("steady " + random.nextInt(STEADY), random.nextInt(VERSIONS)));
  }

  private void changeFickle(RandomGenerator random) {
    String itemId = "fickle " + random.nextInt(FICKLE);
    switch (random.nextInt(4)) {
      case 0, 1 -> index.delete(itemId);
      case 2 -> index.upsert(hidden(version(itemId, random.nextInt(VERSIONS))));
      default -> index.upsert(version(itemId, random.nextInt(VERSIONS)));
    }
  }

  private void read(
      List<SearchAlgorithm> algorithms, int seed, Future<?> writer, AtomicBoolean stop) {
    RandomGenerator random = new SplittableRandom(seed);
    Searcher searcher = index.searcher();
    List<Question> questions = questions();
    while (!writer.isDone() && !stop.get()) {
      Question question = questions.get(random.nextInt(questions.size()));
      SearchAlgorithm algorithm = algorithms.get(random.nextInt(algorithms.size()));
      int litBefore = lit;
      int goneBefore = gone;
      TopK top = searcher.search(query, K, question.filter(), algorithm);
      boolean litAllTheTime = litBefore >= 0 && lit == litBefore;
      String name = question + " by " + algorithm;
      verify(name, top, question, goneBefore);
      if (litAllTheTime && question.beacons() && !algorithm.equals(SearchAlgorithm.approximate())) {
        assertThat(top.itemId(0)).as(name).isEqualTo("beacon " + litBefore);
      }
    }
  }

  private List<Question> questions() {
    Set<String> few = new HashSet<>();
    for (int i = 0; i < K / 2; i++) {
      few.add("steady " + 7 * i);
      few.add("fickle " + i);
    }
    SearchFilter steady = new SearchFilter(Set.of(), Set.of("steady"));
    SearchFilter even = new SearchFilter(Set.of(), Set.of("even"));
    SearchFilter odd = SearchFilter.NONE.withAttributes(Map.of("parity", Set.of("odd")));
    SearchFilter fickle = new SearchFilter(few, Set.of("fickle"));
    return List.of(
        new Question(SearchFilter.NONE, K, true, -1),
        new Question(SearchFilter.excluding(few), K, true, -1),
        new Question(steady, K, false, -1),
        new Question(even, 0, false, 0),
        new Question(odd, 0, false, 1),
        new Question(fickle, 0, false, -1),
        new Question(SearchFilter.NONE.allowingOnly(few), K / 2, false, -1));
  }

  private void verify(String name, TopK top, Question question, int goneBefore) {
    assertThat(top.size()).as(name).isBetween(question.size(), K);
    assertThat(Searches.ids(top)).as(name).doesNotHaveDuplicates();
    Set<String> excluded = question.filter().excludedItems();
    Set<String> allowed = question.filter().allowedItems();
    for (int rank = 0; rank < top.size(); rank++) {
      String itemId = top.itemId(rank);
      String title = top.title(rank);
      String found = name + ": '" + itemId + "' version '" + title + "'";
      assertThat(excluded).as(found).doesNotContain(itemId);
      if (allowed != null) {
        assertThat(allowed).as(found).contains(itemId);
      }
      if (itemId.startsWith("beacon ")) {
        assertThat(Integer.parseInt(title)).as(found).isGreaterThan(goneBefore);
        requireNear(found, top.score(rank), 1 / shape.temperature());
      } else {
        assertThat(title).as(found).isIn("0", "1", "2", "3");
        int version = Integer.parseInt(title);
        float[] expected = Objects.requireNonNull(scores.get(itemId), found);
        requireNear(found, top.score(rank), expected[version]);
        if (question.parity() >= 0) {
          assertThat(version % 2).as(found).isEqualTo(question.parity());
        }
      }
    }
  }

  private static void requireNear(String found, float actual, float expected) {
    if (!(Math.abs(actual - expected) <= 1e-3f)) {
      throw new AssertionError(found + " scores " + actual + ", not " + expected);
    }
  }

  private void remember(String itemId, String category, RandomGenerator random) {
    ReferenceScorer scorer = new ReferenceScorer(shape, gating);
    int count = category.equals("new") ? 1 : VERSIONS;
    MolItem[] items = new MolItem[count];
    float[] itemScores = new float[count];
    for (int v = 0; v < count; v++) {
      MolItem item = Examples.item(shape, random, itemId);
      String parity = v % 2 == 0 ? "even" : "odd";
      items[v] =
          new MolItem(
              itemId,
              Integer.toString(v),
              List.of(category, parity),
              Map.of("parity", parity),
              true,
              item.base(),
              item.components(),
              item.gate());
      itemScores[v] = Searches.score(scorer, query, item);
    }
    versions.put(itemId, items);
    scores.put(itemId, itemScores);
  }

  private MolItem version(String itemId, int version) {
    return Objects.requireNonNull(versions.get(itemId))[version];
  }

  private static MolItem hidden(MolItem item) {
    return new MolItem(
        item.itemId(),
        "hidden",
        item.categories(),
        item.attributes(),
        false,
        item.base(),
        item.components(),
        item.gate());
  }

  private MolItem beacon(int number) {
    MolItem item = Examples.item(shape, new SplittableRandom(number), "beacon " + number);
    return Searches.aligned(
        shape,
        direction,
        new MolItem(
            item.itemId(),
            Integer.toString(number),
            List.of(),
            true,
            item.base(),
            item.components(),
            item.gate()));
  }
}
