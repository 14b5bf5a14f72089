package dev.molstream.retrieval.index;

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
import dev.molstream.retrieval.Searches;
import dev.molstream.retrieval.Searches.Scored;
import dev.molstream.retrieval.TopK;
import dev.molstream.retrieval.kernel.ReferenceScorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index with a partition, closed and opened again. */
class RestartTest {
  private static final int ITEMS = 6_000;

  @TempDir private Path directory;
  private final MolShape shape = Examples.shape(2, 3, 4, 6);
  private final SplittableRandom random = new SplittableRandom(3);
  private final GatingNetwork gating = Examples.gating(shape, random, 1);
  private final Map<String, MolItem> model = new TreeMap<>();

  /** What an approximate search finds and how much it looks at, which depends on the partition. */
  private record Found(List<Scored> items, int scored, int scanned) {}

  @Test
  void goesOnWithTheArrangementThatItWasClosedWith() {
    // given: fitted to queries, and then changed, so that nobody would find the same again
    List<MolQuery> queries = queries(20);
    List<Found> before;
    long searchBytes;
    try (StoredItemIndex index = open()) {
      index.learnFrom(queries(2_000));
      fill(index);
      change(index, 1_500);
      before = find(index, queries);
      searchBytes = index.searchBytes();
    }

    // when
    try (StoredItemIndex index = open()) {
      // then
      assertThat(find(index, queries)).isEqualTo(before);
      assertThat(index.longestComponent()).isBetween(0.99f, 1.01f);
      assertThat(index.searchBytes()).isBetween(searchBytes / 2, searchBytes);
      assertThat(directory.resolve("index.snapshot")).doesNotExist();
      verifyAll(index);
    }
  }

  @Test
  void changesAsBeforeAfterRestarts() {
    // given
    fillAndClose();

    for (int restart = 0; restart < 4; restart++) {
      // when
      try (StoredItemIndex index = open()) {
        change(index, 800);

        // then
        verifyAll(index);
      }
    }
  }

  @Test
  void isArrangedAnewWhenTheSnapshotIsDamaged() throws IOException {
    // given
    fillAndClose();
    Path snapshot = directory.resolve("index.snapshot");
    byte[] bytes = Files.readAllBytes(snapshot);
    bytes[bytes.length / 2] ^= 1;
    Files.write(snapshot, bytes);

    // when, then
    verifyReopened();
  }

  @Test
  void isArrangedAnewWhenTheSnapshotIsOfOtherItems() throws IOException {
    // given
    fillAndClose();
    Path snapshot = directory.resolve("index.snapshot");
    byte[] earlier = Files.readAllBytes(snapshot);
    try (StoredItemIndex index = open()) {
      change(index, 100);
    }
    Files.write(snapshot, earlier);

    // when, then
    verifyReopened();
  }

  @Test
  void doesNotTakeUpASnapshotAfterACrash() throws IOException {
    // given
    fillAndClose();
    Files.delete(directory.resolve("closed-cleanly"));

    // when
    try (StoredItemIndex index = open()) {
      // then
      assertThat(directory.resolve("index.snapshot")).doesNotExist();
      verifyAll(index);
    }
  }

  @Test
  void savesNothingThatIsFoundAtOnce() {
    try (StoredItemIndex index = open()) {
      index.upsert(Examples.item(shape, random, "only"));
    }

    assertThat(directory.resolve("closed-cleanly")).exists();
    assertThat(directory.resolve("index.snapshot")).doesNotExist();
  }

  private StoredItemIndex open() {
    return StoredItemIndex.open(new IndexSettings(directory, "m1", shape, gating, 1_000));
  }

  private void fillAndClose() {
    try (StoredItemIndex index = open()) {
      fill(index);
    }
  }

  private void fill(ItemIndex index) {
    index.upsertAll(
        consumer -> {
          for (int i = 0; i < ITEMS; i++) {
            MolItem item = item("item " + i);
            model.put(item.itemId(), item);
            consumer.accept(item);
          }
        });
  }

  private void change(ItemIndex index, int changes) {
    for (int i = 0; i < changes; i++) {
      String itemId = "item " + random.nextInt(ITEMS + 500);
      if (random.nextInt(3) == 0) {
        assertThat(index.delete(itemId)).isEqualTo(model.remove(itemId) != null);
      } else {
        MolItem item = item(itemId);
        index.upsert(item);
        model.put(itemId, item);
      }
    }
  }

  private MolItem item(String itemId) {
    List<String> categories = new ArrayList<>(List.of("Drama", "Comedy", "Ärger"));
    categories.removeIf(_ -> random.nextBoolean());
    return Examples.item(shape, random, itemId, categories, random.nextInt(10) > 0);
  }

  private List<MolQuery> queries(int count) {
    List<MolQuery> queries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      queries.add(Examples.query(shape, random));
    }
    return queries;
  }

  private static List<Found> find(ItemIndex index, List<MolQuery> queries) {
    List<Found> found = new ArrayList<>();
    for (MolQuery query : queries) {
      TopK top =
          index.searcher().search(query, 20, SearchFilter.NONE, SearchAlgorithm.Adaptive.DEFAULT);
      found.add(new Found(Searches.scored(top), top.scored(), top.scanned()));
    }
    return found;
  }

  private void verifyReopened() {
    try (StoredItemIndex index = open()) {
      verifyAll(index);
    }
  }

  private void verifyAll(StoredItemIndex index) {
    assertThat(index.size()).isEqualTo(model.size());
    assertThat(index.partition())
        .isNotNull()
        .satisfies(partition -> assertThat(partition.size()).isEqualTo(model.size()));
    for (int i = 0; i < ITEMS + 500; i++) {
      String itemId = "item " + i;
      MolItem item = model.get(itemId);
      assertThat(index.isAvailable(itemId)).isEqualTo(item != null && item.available());
      float[] base = new float[shape.baseDimension()];
      assertThat(index.copyBase(itemId, base, 0)).isEqualTo(item != null);
      if (item != null) {
        assertThat(base).isEqualTo(item.base());
        boolean drama = item.available() && item.categories().contains("Drama");
        assertThat(index.passes(itemId, new SearchFilter(Set.of(), Set.of("Drama"))))
            .isEqualTo(drama);
      }
    }
    for (MolQuery query : queries(10)) {
      List<Scored> exact =
          Searches.scored(
              index.searcher().search(query, 50, SearchFilter.NONE, SearchAlgorithm.exact()));
      TopK top =
          index.searcher().search(query, 50, SearchFilter.NONE, SearchAlgorithm.Adaptive.DEFAULT);
      assertThat(Searches.scored(top)).containsAnyElementsOf(exact);
      List<Scored> expected = new ArrayList<>();
      ReferenceScorer scorer = new ReferenceScorer(shape, gating);
      for (MolItem item : model.values()) {
        if (item.available()) {
          expected.add(new Scored(item.itemId(), Searches.score(scorer, query, item)));
        }
      }
      expected.sort(Scored.BEST_FIRST);
      assertThat(exact.stream().map(Scored::itemId).limit(5))
          .isEqualTo(expected.stream().map(Scored::itemId).limit(5).toList());
    }
  }
}
