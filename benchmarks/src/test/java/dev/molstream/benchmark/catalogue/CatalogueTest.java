package dev.molstream.benchmark.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.benchmark.Examples;
import dev.molstream.model.ItemTower;
import dev.molstream.model.ItemVectors;
import dev.molstream.model.ModelBundle;
import dev.molstream.retrieval.MolItem;
import dev.molstream.training.TrainingData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueTest {
  private static final int ITEMS = 700;

  @TempDir Path folder;
  private final TrainingData data = Examples.data();
  private ModelBundle bundle;

  @BeforeEach
  void makeModel() {
    bundle = Examples.bundle(folder.resolve("model"));
  }

  @Test
  void beginsWithTheRealItemsAsTheTowerEmbedsThem() {
    List<MolItem> made = make(ITEMS, 1);

    try (ItemTower tower = bundle.openItemTower()) {
      List<ItemVectors> real = tower.embed(data.items());
      for (int i = 0; i < real.size(); i++) {
        assertThat(made.get(i).itemId()).isEqualTo("film-" + i);
        assertThat(made.get(i).base()).isEqualTo(real.get(i).base());
        assertThat(made.get(i).components()).isEqualTo(real.get(i).components());
        assertThat(made.get(i).gate()).isEqualTo(real.get(i).gate());
      }
    }
  }

  @Test
  void givesMixturesUnitComponents() {
    MolItem mixture = make(ITEMS, 1).get(ITEMS - 1);

    double squares = 0;
    for (int i = 0; i < 4; i++) {
      squares += mixture.components()[i] * mixture.components()[i];
    }
    assertThat(squares).isCloseTo(1, within(1e-5));
  }

  @Test
  void makesTheSameItemsForTheSameSeed() {
    List<MolItem> first = make(ITEMS, 1);
    List<MolItem> second = make(ITEMS, 1);

    for (int i = 0; i < ITEMS; i++) {
      assertThat(second.get(i).components()).isEqualTo(first.get(i).components());
      assertThat(second.get(i).categories()).isEqualTo(first.get(i).categories());
    }
    assertThat(make(ITEMS, 2).get(ITEMS - 1).components())
        .isNotEqualTo(first.get(ITEMS - 1).components());
  }

  @Test
  void givesCategoriesTheirShares() {
    List<MolItem> made = make(4000, 1);

    assertThat(carrying(made, "share-0.5")).isBetween(1850L, 2150L);
    assertThat(carrying(made, "share-0.1")).isBetween(330L, 470L);
    assertThat(carrying(made, "correlated")).isBetween(30L, 50L);
  }

  @Test
  void takesTheFirstItemsWhenFewerAreWantedThanThereAre() {
    List<MolItem> made = make(10, 1);

    assertThat(made).hasSize(10);
    assertThat(made.getLast().itemId()).isEqualTo("film-9");
  }

  private static long carrying(List<MolItem> items, String category) {
    return items.stream().filter(item -> item.categories().contains(category)).count();
  }

  private List<MolItem> make(int items, long seed) {
    List<MolItem> made = new ArrayList<>();
    try (Catalogue catalogue = Catalogue.of(bundle, data.items(), items, seed)) {
      catalogue.forEach(
          0,
          items,
          (number, item) -> {
            assertThat(number).isEqualTo(made.size());
            made.add(
                new MolItem(
                    item.itemId(),
                    item.title(),
                    item.categories(),
                    item.available(),
                    item.base().clone(),
                    item.components().clone(),
                    item.gate().clone()));
          });
    }
    return made;
  }
}
