package dev.molstream.demo;

import dev.molstream.model.ItemContent;
import dev.molstream.model.ItemTower;
import dev.molstream.model.ItemVectors;
import dev.molstream.model.ModelBundle;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.stream.model.ServableModel;
import java.nio.file.Path;
import java.util.List;

/** Indexes without a stream: what the services' answers are compared with. */
public final class EmbeddedItems {
  private static final int AT_ONCE = 256;
  private static final int KEPT_BYTES = 0;

  private EmbeddedItems() {}

  /** Embeds the items with the bundle's item tower; the caller closes the index. */
  public static ItemIndex index(ModelBundle bundle, List<ItemContent> items, Path directory) {
    ItemIndex index = ServableModel.of(bundle, items.size(), KEPT_BYTES).openIndex(directory);
    try (ItemTower tower = bundle.openItemTower()) {
      for (int start = 0; start < items.size(); start += AT_ONCE) {
        List<ItemContent> some = items.subList(start, Math.min(items.size(), start + AT_ONCE));
        List<ItemVectors> vectors = tower.embed(some);
        for (int i = 0; i < some.size(); i++) {
          index.upsert(vectors.get(i).of(some.get(i)));
        }
      }
      return index;
    } catch (RuntimeException e) {
      index.close();
      throw e;
    }
  }
}
