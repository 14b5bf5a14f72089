package dev.molstream.stream.model;

import dev.molstream.model.ModelBundle;
import dev.molstream.model.ModelManifest;
import dev.molstream.model.QueryTower;
import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.ItemIndex;
import java.nio.file.Path;

/** What it takes to answer by a model. Any thread. */
public interface ServableModel {
  /** What the model is. */
  ModelManifest manifest();

  /** Opens its item index in a directory; closed by the caller. */
  ItemIndex openIndex(Path directory);

  /** Opens a query tower; closed by the caller. */
  QueryTower openQueryTower();

  /**
   * The model of a verified bundle.
   *
   * @param expectedItems items to size the index for
   * @param keptBytes memory of each query tower for encoded histories, from 0
   */
  static ServableModel of(ModelBundle bundle, long expectedItems, long keptBytes) {
    return new ServableModel() {
      @Override
      public ModelManifest manifest() {
        return bundle.manifest();
      }

      @Override
      public ItemIndex openIndex(Path directory) {
        return ItemIndex.open(
            new IndexSettings(
                directory,
                manifest().modelId(),
                manifest().shape(),
                bundle.gating(),
                expectedItems));
      }

      @Override
      public QueryTower openQueryTower() {
        return bundle.openQueryTower(keptBytes);
      }
    };
  }
}
