package dev.molstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recomputes both towers in plain Java from the weights found in the ONNX files. */
class RandomBundleTest {
  private static final MolShape SHAPE = new MolShape(6, 3, 2, 4, 5, 0.05f);
  private static final List<String> ITEMS = List.of("1", "2", "tt0113277");

  @TempDir Path folder;

  private ModelBundle bundle;

  @BeforeEach
  void write() {
    RandomBundle.write(folder.resolve("bundle"), "random-1", SHAPE, ITEMS, 7);
    bundle = ModelBundle.read(folder.resolve("bundle"));
  }

  @Test
  void isTheSameForTheSameSeedAndAnotherForAnother() {
    RandomBundle.write(folder.resolve("same"), "random-1", SHAPE, ITEMS, 7);
    RandomBundle.write(folder.resolve("other"), "random-1", SHAPE, ITEMS, 8);

    assertThat(ModelBundle.read(folder.resolve("same")).sha256()).isEqualTo(bundle.sha256());
    assertThat(ModelBundle.read(folder.resolve("other")).sha256()).isNotEqualTo(bundle.sha256());
  }

  @Test
  void embedsItemsAsPlainJavaDoes() throws IOException {
    Weights weights = weights("item-tower.onnx");
    ItemContent heat = item("tt0113277", "Heat (1995)");
    ItemContent unseen = item("new", "Heat, The (2013)");

    try (ItemTower tower = bundle.openItemTower()) {
      List<ItemVectors> vectors = tower.embed(List.of(heat, unseen));

      assertThat(vectors).hasSize(2);
      assertMatches(vectors.get(0), weights, 3, heat);
      assertMatches(vectors.get(1), weights, 0, unseen);
    }
  }

  @Test
  void encodesHistoriesOfAnyLengthAsPlainJavaDoes() throws IOException {
    Weights weights = weights("query-tower.onnx");
    QueryHistory history = new QueryHistory(RandomBundle.MAX_HISTORY, 6);
    MolQuery query = MolQuery.allocate(SHAPE);
    float[] sum = new float[6];

    try (QueryTower tower = bundle.openQueryTower()) {
      for (int n = 1; n <= RandomBundle.MAX_HISTORY; n++) {
        for (int i = 0; i < 6; i++) {
          float value = (float) Math.sin(n * 7 + i);
          history.vectors()[(n - 1) * 6 + i] = value;
          sum[i] += value;
        }
        history.append(0, n);
        tower.encode(history, 0, query);

        float[] mean = new float[6];
        for (int i = 0; i < 6; i++) {
          mean[i] = sum[i] / n;
        }
        assertClose(query.components(), units(linear(weights, "components", mean)));
        assertClose(query.gate(), linear(weights, "gate", mean));
      }
    }
  }

  @Test
  void makesAQueryOfAnEncodersOutputAsPlainJavaDoes() throws IOException {
    Weights weights = weights("query-tower.onnx");
    float[] encoded = {0.5f, -1, 2, 0, 0.25f, -3};
    MolQuery query = MolQuery.allocate(SHAPE);

    try (QueryTower tower = bundle.openQueryTower()) {
      assertThat(tower.acceptsEncoded()).isTrue();
      tower.fromEncoded(encoded, query);
    }

    assertClose(query.components(), units(linear(weights, "components", encoded)));
    assertClose(query.gate(), linear(weights, "gate", encoded));
  }

  @Test
  void completesABaseVectorWithWhatItGivesTheItemItself() {
    try (ItemTower tower = bundle.openItemTower()) {
      ItemVectors heat = tower.embed(List.of(item("tt0113277", "Heat (1995)"))).getFirst();

      assertThat(tower.acceptsBase()).isTrue();
      ItemVectors completed = tower.fromBase(heat.base());

      assertThat(completed.base()).isEqualTo(heat.base());
      assertClose(completed.components(), heat.components());
      assertClose(completed.gate(), heat.gate());
    }
  }

  private void assertMatches(ItemVectors vectors, Weights weights, int row, ItemContent item) {
    long[] features = new long[16];
    ItemFeatureEncoder.of(bundle.manifest().features(), ITEMS).features(item, features, 0);
    float[] base = new float[6];
    for (int i = 0; i < 6; i++) {
      base[i] = weights.get("ids.table")[row * 6 + i];
      for (long feature : features) {
        base[i] += weights.get("features.table")[(int) feature * 6 + i];
      }
    }
    assertClose(vectors.base(), base);
    assertClose(vectors.components(), units(linear(weights, "components", base)));
    assertClose(vectors.gate(), linear(weights, "gate", base));
  }

  /** x · W + b; the graph holds W as in × out. */
  private static float[] linear(Weights weights, String name, float[] x) {
    float[] y = weights.get(name + ".bias").clone();
    for (int i = 0; i < x.length; i++) {
      for (int o = 0; o < y.length; o++) {
        y[o] += x[i] * weights.get(name + ".weight")[i * y.length + o];
      }
    }
    return y;
  }

  private static float[] units(float[] vectors) {
    for (int start = 0; start < vectors.length; start += 4) {
      double squares = 0;
      for (int i = start; i < start + 4; i++) {
        squares += vectors[i] * vectors[i];
      }
      for (int i = start; i < start + 4; i++) {
        vectors[i] /= (float) Math.sqrt(squares);
      }
    }
    return vectors;
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).containsExactly(expected, within(1e-5f));
  }

  private static ItemContent item(String itemId, String title) {
    return new ItemContent(itemId, title, List.of("Crime", "Drama"), Map.of(), null);
  }

  private record Weights(Map<String, float[]> byName) {
    float[] get(String name) {
      return Objects.requireNonNull(byName.get(name), name);
    }
  }

  private Weights weights(String file) throws IOException {
    byte[] model = Files.readAllBytes(folder.resolve("bundle").resolve(file));
    Map<String, float[]> weights = new HashMap<>();
    for (TensorProto tensor : ModelProto.parseFrom(model).getGraph().getInitializerList()) {
      if (tensor.getDataType() == TensorProto.DataType.FLOAT_VALUE) {
        float[] values = new float[tensor.getRawData().size() / Float.BYTES];
        tensor
            .getRawData()
            .asReadOnlyByteBuffer()
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer()
            .get(values);
        weights.put(tensor.getName(), values);
      }
    }
    return new Weights(weights);
  }
}
