package dev.molstream.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.model.ItemTower;
import dev.molstream.model.ItemVectors;
import dev.molstream.model.ModelBundle;
import dev.molstream.model.QueryHistory;
import dev.molstream.model.QueryTower;
import dev.molstream.model.UserTable;
import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.TopK;
import dev.molstream.training.evaluation.Evaluator;
import dev.molstream.training.network.Dropout;
import dev.molstream.training.network.EncoderKind;
import dev.molstream.training.network.EncoderShape;
import dev.molstream.training.network.GatedUnit;
import dev.molstream.training.network.Histories;
import dev.molstream.training.network.RetrievalNetwork.Items;
import dev.molstream.training.network.RetrievalNetwork.Queries;
import dev.molstream.training.network.Tensors;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What LibTorch learned is what the towers and the engine serve. */
class ExportParityTest {
  private static final double TOLERANCE = 1e-3;
  private static final long REQUEST = 3_600_000;

  @TempDir Path directory;

  private enum Variant {
    HSTU,
    SASREC,
    HSTU_WITH_TIMES_AND_GEGLU,
    SASREC_WITH_USERS,
    WITH_LENGTHS,
    DOT_PRODUCT,
    DOT_PRODUCT_OF_UNIT_VECTORS;

    TrainingSettings settings() {
      return switch (this) {
        case HSTU -> ToyData.settings(EncoderKind.HSTU, 2, 2);
        case SASREC -> ToyData.settings(EncoderKind.SASREC, 2, 2);
        case HSTU_WITH_TIMES_AND_GEGLU ->
            ToyData.settings(EncoderKind.HSTU, 2, 2)
                .withLayers(new EncoderShape(16, 2, 2, 10, 0.1, 8))
                .withQueryUnit(GatedUnit.GEGLU);
        case SASREC_WITH_USERS ->
            ToyData.settings(EncoderKind.SASREC, 2, 2).withUsers(new UserTable(97));
        case DOT_PRODUCT -> ToyData.settings(EncoderKind.HSTU, 2, 2).asDotProduct();
        case WITH_LENGTHS -> ToyData.settings(EncoderKind.HSTU, 2, 2).withLengths(true);
        case DOT_PRODUCT_OF_UNIT_VECTORS ->
            ToyData.settings(EncoderKind.HSTU, 2, 2).asDotProduct().withLengths(false);
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void servedScoresEqualLearnedScores(Variant variant) {
    TrainingData data = ToyData.create(60);
    TrainingSettings settings = variant.settings();
    try (TrainedModel model = Trainer.train(data, settings, TrainingProgress.SILENT)) {
      model.export(directory.resolve("bundle"), "toy", Instant.EPOCH, Map.of());
      ModelBundle bundle = ModelBundle.read(directory.resolve("bundle"));
      try (ItemIndex index = index(data, bundle)) {
        for (int user = 0; user < 20; user++) {
          assertSameScores(model, bundle, index, user);
        }
      }
      Split split = Split.leaveOneOut(data);
      try (Evaluator evaluator =
          Evaluator.open(data, split, bundle, directory.resolve("evaluation"), 2)) {
        double served =
            evaluator.rank(split.validation(), SearchAlgorithm.exact(), _ -> {}).hitRate(10);
        assertThat(served).isCloseTo(hitRateOfAll(model), within(1e-9));
      }
    }
  }

  private static double hitRateOfAll(TrainedModel model) {
    TrainingSettings all = model.settings.withValidationUsers(Integer.MAX_VALUE);
    try (GradientWorkers workers = new GradientWorkers(1)) {
      return new Validation(
              model.data, Split.leaveOneOut(model.data), all, model.network, model.inputs, workers)
          .hitRate(true);
    }
  }

  private ItemIndex index(TrainingData data, ModelBundle bundle) {
    ItemIndex index =
        ItemIndex.open(
            new IndexSettings(
                directory.resolve("index"),
                "toy",
                bundle.manifest().shape(),
                bundle.gating(),
                data.itemCount()));
    try (ItemTower tower = bundle.openItemTower()) {
      List<ItemVectors> vectors = tower.embed(data.items());
      for (int i = 0; i < data.itemCount(); i++) {
        ItemVectors item = vectors.get(i);
        index.upsert(
            new MolItem(
                data.items().get(i).itemId(),
                "",
                List.of(),
                true,
                item.base(),
                item.components(),
                item.gate()));
      }
    }
    return index;
  }

  private static void assertSameScores(
      TrainedModel model, ModelBundle bundle, ItemIndex index, int user) {
    TrainingData data = model.data;
    int length = Math.min(data.length(user), bundle.manifest().maxHistory());
    int start = data.length(user) - length;
    float[] learned = learnedScores(model, user, start, length);
    QueryHistory history =
        new QueryHistory(bundle.manifest().maxHistory(), bundle.manifest().shape().baseDimension());
    history.belongTo(data.userId(user));
    for (int i = start; i < start + length; i++) {
      String item = data.items().get(data.item(user, i)).itemId();
      index.copyBase(item, history.vectors(), history.length() * history.baseDimension());
      history.append(data.action(user, i), data.timestampMillis(user, i));
    }
    try (QueryTower served = bundle.openQueryTower();
        QueryTower graph = bundle.openQueryGraph()) {
      assertSameScores(served, history, bundle, index, learned);
      assertSameScores(graph, history, bundle, index, learned);
    }
  }

  private static void assertSameScores(
      QueryTower tower,
      QueryHistory history,
      ModelBundle bundle,
      ItemIndex index,
      float[] learned) {
    MolQuery query = MolQuery.allocate(bundle.manifest().shape());
    tower.encode(history, REQUEST, query);
    TopK served =
        index.searcher().search(query, learned.length, SearchFilter.NONE, SearchAlgorithm.exact());
    assertThat(served.size()).isEqualTo(learned.length);
    for (int rank = 0; rank < served.size(); rank++) {
      int item = Integer.parseInt(served.itemId(rank).substring(1));
      assertThat((double) served.score(rank)).isCloseTo(learned[item], within(TOLERANCE));
    }
  }

  private static float[] learnedScores(TrainedModel model, int user, int start, int length) {
    try (var _ = new PointerScope();
        var _ = Tensors.withoutGradients()) {
      Items items = model.network.items(model.inputs.all(), Dropout.off());
      long[] history = new long[length];
      for (int i = 0; i < length; i++) {
        history[i] = model.data.item(user, start + i);
      }
      long[] times = new long[length];
      long[] nextTimes = new long[length];
      for (int i = 0; i < length; i++) {
        times[i] = model.data.timestampMillis(user, start + i);
        nextTimes[i] = i + 1 < length ? model.data.timestampMillis(user, start + i + 1) : REQUEST;
      }
      Tensor vectors = items.base().index_select(0, Tensors.of(history, length)).unsqueeze(0);
      Queries queries =
          model.network.queries(
              new Histories(vectors, times, nextTimes, new long[] {model.inputs.userRow(user)}),
              new long[] {length - 1},
              Dropout.off());
      return Tensors.floats(
          model
              .network
              .head()
              .scoreAll(
                  queries.components(),
                  queries.gates(),
                  items.components(),
                  items.gates(),
                  Dropout.off())
              .scores());
    }
  }
}
