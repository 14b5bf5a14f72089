package dev.molstream.training.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.model.ItemContent;
import dev.molstream.model.ItemTower;
import dev.molstream.model.ItemVectors;
import dev.molstream.model.ModelBundle;
import dev.molstream.model.QueryHistory;
import dev.molstream.model.QueryTower;
import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.retrieval.SearchFilter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Twelve items in random directions; a query is its item's vector with every number moved on. */
class PairTrainerTest {
  private static final int ITEMS = 12;
  private static final MolShape SHAPE = new MolShape(16, 2, 2, 8, 8, 0.1f);
  private static final PairSettings SETTINGS = new PairSettings(SHAPE, 16, 80, 5e-3, 0.01, 1e-3, 7);

  private final List<float[]> bases = bases();

  @TempDir Path directory;

  @Test
  void servesWhatItHasLearned() {
    ModelBundle bundle = train(SETTINGS, "learned");
    List<String> ids = ids();
    int right = 0;
    try (ItemIndex index = index(bundle);
        QueryTower tower = bundle.openQueryTower()) {
      MolQuery query = MolQuery.allocate(SHAPE);
      SplittableRandom random = new SplittableRandom(99);
      for (int item = 0; item < ITEMS; item++) {
        tower.fromEncoded(query(item, random), query);
        String first =
            index.searcher().search(query, 1, SearchFilter.NONE, SearchAlgorithm.exact()).itemId(0);
        right += first.equals(ids.get(item)) ? 1 : 0;
      }
    }
    assertThat(right).isGreaterThanOrEqualTo(ITEMS - 1);
  }

  @Test
  void encodesAHistoryAsTheMeanOfItsItems() {
    ModelBundle bundle = train(new PairSettings(SHAPE, 16, 1, 5e-3, 0.01, 1e-3, 7), "mean");
    QueryHistory history = new QueryHistory(bundle.manifest().maxHistory(), 16);
    float[] mean = new float[16];
    for (int item = 0; item < 2; item++) {
      System.arraycopy(bases.get(item), 0, history.vectors(), item * 16, 16);
      history.append(0, item);
      for (int i = 0; i < 16; i++) {
        mean[i] += bases.get(item)[i] / 2;
      }
    }
    MolQuery encoded = MolQuery.allocate(SHAPE);
    MolQuery ready = MolQuery.allocate(SHAPE);

    try (QueryTower tower = bundle.openQueryTower()) {
      tower.encode(history, 0, encoded);
      tower.fromEncoded(mean, ready);
    }

    assertThat(encoded.components()).containsExactly(ready.components(), within(1e-5f));
  }

  @Test
  void equalSeedsMakeEqualModels() {
    PairSettings few = new PairSettings(SHAPE, 16, 3, 5e-3, 0.01, 1e-3, 7);

    assertThat(train(few, "one").sha256()).isEqualTo(train(few, "two").sha256());
  }

  @Test
  void refusesPairsThatAreNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Pairs(List.of(new float[16]), List.of(1, 2)))
        .withMessage("1 queries have 2 answers, valid is one each, and at least one");
  }

  private ModelBundle train(PairSettings settings, String name) {
    try (PairModel model = PairTrainer.train(settings, bases, this::pairs, _ -> {})) {
      model.export(directory.resolve(name), "m", "test", Instant.EPOCH, ids());
    }
    return ModelBundle.read(directory.resolve(name));
  }

  private Pairs pairs(RandomGenerator random) {
    List<float[]> queries = new ArrayList<>();
    List<Integer> answers = new ArrayList<>();
    for (int item = 0; item < ITEMS; item++) {
      queries.add(query(item, random));
      answers.add(item);
    }
    return new Pairs(queries, answers);
  }

  private float[] query(int item, RandomGenerator random) {
    float[] moved = new float[16];
    for (int i = 0; i < 16; i++) {
      moved[(i + 1) % 16] = bases.get(item)[i] + (float) (0.2 * random.nextGaussian());
    }
    return moved;
  }

  private ItemIndex index(ModelBundle bundle) {
    ItemIndex index =
        ItemIndex.open(
            new IndexSettings(directory.resolve("index"), "m", SHAPE, bundle.gating(), ITEMS));
    try (ItemTower tower = bundle.openItemTower()) {
      for (int item = 0; item < ITEMS; item++) {
        String id = ids().get(item);
        ItemContent content = new ItemContent(id, "", List.of(), Map.of(), bases.get(item));
        ItemVectors made = tower.embed(List.of(content)).getFirst();
        assertThat(tower.acceptsBase()).isTrue();
        index.upsert(
            new MolItem(id, "", List.of(), true, made.base(), made.components(), made.gate()));
      }
    }
    return index;
  }

  private static List<String> ids() {
    return IntStream.range(0, ITEMS).mapToObj(i -> "i" + i).toList();
  }

  private static List<float[]> bases() {
    SplittableRandom random = new SplittableRandom(5);
    List<float[]> bases = new ArrayList<>();
    for (int item = 0; item < ITEMS; item++) {
      float[] base = new float[16];
      for (int i = 0; i < 16; i++) {
        base[i] = (float) random.nextGaussian();
      }
      bases.add(base);
    }
    return bases;
  }
}
