package dev.molstream.experiment;

import dev.molstream.benchmark.BenchmarkProgress;
import dev.molstream.benchmark.catalogue.Catalogue;
import dev.molstream.benchmark.catalogue.Queries;
import dev.molstream.model.ModelBundle;
import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolQuery;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A bundle's catalogue, and queries of users up to their test items. Holds the towers' ends; one
 * thread.
 */
final class SearchedCatalogue implements AutoCloseable {
  private final ExperimentInputs inputs;
  private final ModelBundle bundle;
  private final Catalogue catalogue;
  private final Queries queries;
  private int indexes;

  private SearchedCatalogue(
      ExperimentInputs inputs, ModelBundle bundle, Catalogue catalogue, Queries queries) {
    this.inputs = inputs;
    this.bundle = bundle;
    this.catalogue = catalogue;
    this.queries = queries;
  }

  /**
   * Embeds items and encodes queries.
   *
   * @param items how many items; those beyond the data set's are mixtures of its items
   * @param most how many queries, fewer when there are fewer users
   */
  static SearchedCatalogue open(ExperimentInputs inputs, ModelBundle bundle, int items, int most) {
    Catalogue catalogue = Catalogue.of(bundle, inputs.data().items(), items, inputs.seed());
    try {
      Queries queries = Queries.of(bundle, inputs.data(), inputs.split().test(), catalogue, most);
      return new SearchedCatalogue(inputs, bundle, catalogue, queries);
    } catch (RuntimeException e) {
      catalogue.close();
      throw e;
    }
  }

  /** The queries. */
  List<MolQuery> queries() {
    return queries.measured();
  }

  /** The id of each query's test item. */
  List<String> targets() {
    return queries.targets();
  }

  /** An index of all items, which the caller closes; it has seen queries of other users. */
  ItemIndex index() {
    return index(bundle.gating(), UnaryOperator.identity());
  }

  /**
   * The same with another cross gate.
   *
   * @param adapt makes the queries that the index has seen ones of that gate
   */
  ItemIndex index(GatingNetwork gating, UnaryOperator<MolQuery> adapt) {
    Path folder = inputs.work().resolve(bundle.manifest().modelId() + "-index-" + indexes++);
    ItemIndex index =
        ItemIndex.open(
            new IndexSettings(
                folder,
                bundle.manifest().modelId(),
                bundle.manifest().shape(),
                gating,
                catalogue.items()));
    try (BenchmarkProgress.Task task =
        inputs.progress().begin("indexing items", catalogue.items())) {
      index.learnFrom(queries.before().stream().map(adapt).toList());
      index.upsertAll(
          sink ->
              catalogue.forEach(
                  0,
                  catalogue.items(),
                  (number, item) -> {
                    sink.accept(item);
                    if (number % 1024 == 0) {
                      task.reached(number);
                    }
                  }));
      task.reached(catalogue.items());
    } catch (RuntimeException e) {
      index.close();
      throw e;
    }
    return index;
  }

  @Override
  public void close() {
    catalogue.close();
  }
}
