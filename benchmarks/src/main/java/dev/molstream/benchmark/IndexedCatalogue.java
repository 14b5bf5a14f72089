package dev.molstream.benchmark;

import dev.molstream.benchmark.catalogue.Catalogue;
import dev.molstream.benchmark.catalogue.VectorFile;
import dev.molstream.model.ModelBundle;
import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.VectorFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The catalogue in an index, and what of it the measurements need besides: the peers' vectors, some
 * items to write again, and how many items each category has. Owns the index and the vectors.
 */
final class IndexedCatalogue implements AutoCloseable {
  private static final int ITEMS_TO_REWRITE = 2048;

  private final Catalogue catalogue;
  private final ItemIndex index;
  private final VectorFile peerVectors;
  private final List<MolItem> rewritten = new ArrayList<>();
  private final Map<String, Integer> perCategory = new HashMap<>();
  private final int step;
  private int filled;
  private double seconds;

  private IndexedCatalogue(Catalogue catalogue, ItemIndex index, VectorFile peerVectors) {
    this.catalogue = catalogue;
    this.index = index;
    this.peerVectors = peerVectors;
    this.step = Math.max(1, catalogue.items() / ITEMS_TO_REWRITE);
  }

  /**
   * An empty index for the catalogue.
   *
   * @param format how the index holds vectors
   * @param folder for the index and the peers' vectors; empty
   */
  static IndexedCatalogue open(
      ModelBundle bundle, Catalogue catalogue, VectorFormat format, int peersItems, Path folder) {
    ItemIndex index =
        ItemIndex.open(
            new IndexSettings(
                folder.resolve("index"),
                bundle.manifest().modelId(),
                bundle.manifest().shape(),
                bundle.gating(),
                catalogue.items(),
                format));
    try {
      VectorFile vectors =
          VectorFile.create(bundle.manifest().shape(), peersItems, folder.resolve("peers.vectors"));
      return new IndexedCatalogue(catalogue, index, vectors);
    } catch (RuntimeException e) {
      index.close();
      throw e;
    }
  }

  /** Adds items until there are so many. */
  void fillTo(int items, BenchmarkProgress progress) {
    long started = System.nanoTime();
    try (BenchmarkProgress.Task task = progress.begin("indexing items", items)) {
      index.upsertAll(
          sink ->
              catalogue.forEach(
                  filled,
                  items,
                  (number, item) -> {
                    sink.accept(item);
                    keep(number, item);
                    if (number % 1024 == 0) {
                      task.reached(number);
                    }
                  }));
      task.reached(items);
    }
    filled = items;
    seconds += (System.nanoTime() - started) / 1e9;
  }

  ItemIndex index() {
    return index;
  }

  VectorFile peerVectors() {
    return peerVectors;
  }

  /** Items all over the catalogue, to be written again as they are. */
  List<MolItem> rewritten() {
    return rewritten;
  }

  /** How many items carry a category. */
  int carrying(String category) {
    return perCategory.getOrDefault(category, 0);
  }

  /** How long filling took. */
  double seconds() {
    return seconds;
  }

  @Override
  public void close() {
    index.close();
    peerVectors.close();
  }

  private void keep(int number, MolItem item) {
    item.categories().forEach(category -> perCategory.merge(category, 1, Integer::sum));
    if (number < peerVectors.items()) {
      peerVectors.write(number, item.components(), item.gate());
    }
    if (number % step == 0) {
      rewritten.add(
          new MolItem(
              item.itemId(),
              item.title(),
              item.categories(),
              item.available(),
              item.base().clone(),
              item.components().clone(),
              item.gate().clone()));
    }
  }
}
