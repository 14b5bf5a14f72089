package dev.molstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.molstream.model.onnx.ElementType;
import dev.molstream.model.onnx.OnnxAttribute;
import dev.molstream.model.onnx.OnnxGraph;
import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolShape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelBundleTest {
  private static final MolShape SHAPE = new MolShape(6, 3, 2, 4, 5, 0.05f);

  @TempDir Path folder;

  private Path directory;

  @BeforeEach
  void write() {
    directory = folder.resolve("bundle");
    RandomBundle.write(directory, "random-1", SHAPE, List.of("1", "2", "tt0113277"), 7);
  }

  @Test
  void readsWhatWasWritten() {
    ModelBundle bundle = ModelBundle.read(directory);

    assertThat(bundle.manifest()).isEqualTo(RandomBundle.manifest("random-1", SHAPE));
    assertThat(bundle.trainedItemIds()).containsExactly("1", "2", "tt0113277");
    assertThat(bundle.gating().hiddenWeight()).hasSize(30).isNotEqualTo(new float[30]);
    assertThat(bundle.sha256()).matches("[0-9a-f]{64}");
    assertThat(bundle.summary())
        .isEqualTo(
            "random-1: random with mol 3x2x4 (D 6, gate 5, τ 0.05), history of 50, 3 trained"
                + " items");
  }

  @Test
  void refusesAFolderThatIsNone() {
    Path nowhere = folder.resolve("nowhere");
    assertThatExceptionOfType(InvalidBundleException.class)
        .isThrownBy(() -> ModelBundle.read(nowhere))
        .withMessage(nowhere + " is not a folder; a bundle is a folder with model.json");
  }

  @Test
  void refusesAMissingFile() throws IOException {
    for (String file :
        List.of("query-tower.onnx", "gating.safetensors", "item-ids.txt", "model.json")) {
      Files.delete(directory.resolve(file));
      assertRefused("/" + file + " is missing");
    }
  }

  @Test
  void refusesAFlippedByte() throws IOException {
    byte[] bytes = Files.readAllBytes(directory.resolve("item-tower.onnx"));
    bytes[bytes.length / 2] ^= 1;
    Files.write(directory.resolve("item-tower.onnx"), bytes);

    assertRefused("/item-tower.onnx: has SHA-256 ", ", valid is what model.json lists: ");
  }

  @Test
  void refusesAManifestOfAnotherFormatVersion() throws IOException {
    edit("\"formatVersion\" : 1", "\"formatVersion\" : 2");
    assertRefused("/model.json: formatVersion is 2, valid is 1");
  }

  @Test
  void refusesAShapeTheTowersDoNotHave() throws IOException {
    edit("\"componentDimension\" : 4", "\"componentDimension\" : 8");
    assertRefused("/item-tower.onnx: components is FLOAT [B, 2, 4], valid is FLOAT [B, 2, 8]");
  }

  @Test
  void findsWrongSizesOfOpenDimensionsInTheForwardPass() throws IOException {
    // As many gate values as events: right for histories of six only.
    OnnxGraph graph = new OnnxGraph();
    String history = graph.input("history", ElementType.FLOAT, "B", "n", 6);
    String mask = graph.input("mask", ElementType.FLOAT, "B", "n");
    String vectors =
        graph.node("Slice", history, graph.integers(0), graph.integers(4), graph.integers(2));
    graph.output("components", ElementType.FLOAT, graph.unitLength(vectors), "B", "p", "d");
    graph.output("gate", ElementType.FLOAT, mask, "B", "l");
    replace(BundleFile.QUERY_TOWER, graph.toBytes("open"));

    assertRefused(
        "/query-tower.onnx: the query tower failed: ",
        "has shape {1,6} but the computed output shape for this run is {1,1}");
  }

  @Test
  void refusesWeightsThatAreNotNumbers() throws IOException {
    editInitializer(BundleFile.ITEM_TOWER, "gate.bias", floats -> floats.putFloat(0, Float.NaN));
    assertRefused(
        "/item-tower.onnx: the item tower gives gate holding NaN for an unknown item without"
            + " content, valid are finite numbers");
  }

  @Test
  void refusesComponentsThatAreNotOfLengthOne() throws IOException {
    // Lengths below this count as this.
    editInitializer(BundleFile.QUERY_TOWER, "scalar_", floats -> floats.putFloat(0, 100));
    assertRefused("/query-tower.onnx: component 0 has length 0.", ", valid is 1 within 0.001");
  }

  @Test
  void refusesAnIdTableSmallerThanTheListOfIds() throws IOException {
    replace(BundleFile.ITEM_IDS, "1\n2\ntt0113277\n4\n".getBytes(StandardCharsets.UTF_8));
    assertRefused("/item-tower.onnx: the item tower failed: ");
  }

  @Test
  void refusesAGateOfAnotherShape() throws IOException {
    MolShape wider = new MolShape(6, 3, 2, 4, 7, 0.05f);
    GatingNetwork gating =
        GatingNetwork.of(wider, new float[42], new float[7], new float[42], new float[6]);
    replace(BundleFile.GATING, GatingFile.write(wider, gating));
    assertRefused(
        "/gating.safetensors: tensor gate.hidden.weight has shape [7, 6], valid is [5, 6]");
  }

  @Test
  void refusesAGateThatHoldsNoNumbers() throws IOException {
    byte[] bytes = Files.readAllBytes(directory.resolve("gating.safetensors"));
    ByteBuffer.wrap(bytes).putInt(bytes.length - 4, 0x0000c07f); // NaN, little-endian
    replace(BundleFile.GATING, bytes);
    assertRefused("/gating.safetensors: outputWeight holds NaN, which is not within");
  }

  @Test
  void refusesItemIdsThatAreNoList() throws IOException {
    replace(BundleFile.ITEM_IDS, "1\n2\n1\n".getBytes(StandardCharsets.UTF_8));
    assertRefused("/item-ids.txt: line 3 repeats item id \"1\"");
    replace(BundleFile.ITEM_IDS, "1\n\n3\n".getBytes(StandardCharsets.UTF_8));
    assertRefused("/item-ids.txt: line 2 is 0 characters long, valid is 1 to 256");
    replace(BundleFile.ITEM_IDS, "1\r\n2\r\n".getBytes(StandardCharsets.UTF_8));
    assertRefused("/item-ids.txt: line 1 holds a line break within an item id");
    replace(BundleFile.ITEM_IDS, "1\n2".getBytes(StandardCharsets.UTF_8));
    assertRefused("/item-ids.txt: does not end with a line feed");
    replace(BundleFile.ITEM_IDS, new byte[] {(byte) 0xff, '\n'});
    assertRefused("/item-ids.txt: is not UTF-8");
  }

  @Test
  void refusesTowersWithOtherInputsAndOutputs() throws IOException {
    byte[] good = Files.readAllBytes(directory.resolve("query-tower.onnx"));
    editGraph(
        BundleFile.QUERY_TOWER,
        graph -> graph.addInput(graph.getInput(1).toBuilder().setName("age")));
    assertRefused(
        "/query-tower.onnx: has an unknown input age, valid are"
            + " [actions, history, mask, request_time, times, user]");
    replace(BundleFile.QUERY_TOWER, good);
    editGraph(
        BundleFile.QUERY_TOWER,
        graph -> graph.getInputBuilder(1).getTypeBuilder().getTensorTypeBuilder().setElemType(7));
    assertRefused("/query-tower.onnx: ONNX Runtime refuses it: ");
    replace(BundleFile.QUERY_TOWER, good);
    editGraph(BundleFile.QUERY_TOWER, graph -> graph.removeOutput(2));
    assertRefused("/query-tower.onnx: has no output gate, only [components, encoded]");
    replace(BundleFile.QUERY_TOWER, "not a graph".getBytes(StandardCharsets.UTF_8));
    assertRefused("/query-tower.onnx: ONNX Runtime refuses it: ");
  }

  @Test
  void refusesATowerWhoseWeightsAreInAnotherFile() throws IOException {
    // A file any working directory of this test has.
    editGraph(
        BundleFile.QUERY_TOWER,
        graph ->
            graph
                .getInitializerBuilderList()
                .getLast()
                .clearRawData()
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(
                    StringStringEntryProto.newBuilder().setKey("location").setValue("pom.xml")));
    assertRefused(
        "/query-tower.onnx: ONNX Runtime refuses it: ",
        "a bundle's graphs hold their weights themselves");
  }

  @Test
  void refusesATowerForOneHistoryLengthOnly() throws IOException {
    editGraph(
        BundleFile.QUERY_TOWER,
        graph ->
            graph
                .getInputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .getShapeBuilder()
                .getDimBuilder(1)
                .setDimValue(50));
    assertRefused("/query-tower.onnx: history is FLOAT [B, 50, 6], valid is FLOAT [B, n, 6]");
  }

  @Test
  void acceptsATowerThatKeepsItsEncoderToItself() throws IOException {
    editGraph(BundleFile.QUERY_TOWER, graph -> graph.removeOutput(0));

    try (QueryTower tower = ModelBundle.read(directory).openQueryTower()) {
      assertThat(tower.acceptsEncoded()).isFalse();
    }
  }

  @Test
  void refusesAnEncodedOutputThatDoesNotMakeTheWholeQuery() throws IOException {
    OnnxGraph graph = new OnnxGraph();
    String history = graph.input("history", ElementType.FLOAT, "B", "n", 6);
    graph.input("mask", ElementType.FLOAT, "B", "n");
    String mean =
        graph.node("ReduceMean", List.of(OnnxAttribute.integers("axes", 1)), history); // [B, 1, 6]
    graph.output(
        "encoded", ElementType.FLOAT, graph.node("Squeeze", mean, graph.integers(1)), "B", 6);
    String components =
        graph.node(
            "Slice",
            graph.node("Expand", mean, graph.integers(1, 3, 6)),
            graph.integers(0),
            graph.integers(4),
            graph.integers(2));
    graph.output("components", ElementType.FLOAT, graph.unitLength(components), "B", 3, 4);
    String gate = graph.node("Squeeze", mean, graph.integers(1));
    graph.output("gate", ElementType.FLOAT, gate, "B", 6);
    replace(BundleFile.QUERY_TOWER, graph.toBytes("shortcut"));

    assertRefused(
        "/query-tower.onnx: [components, gate] depend on the input history, not only on encoded");
  }

  @Test
  void opensNoTowerThatChangedSinceItWasRead() throws IOException {
    ModelBundle bundle = ModelBundle.read(directory);
    Files.delete(directory.resolve("query-tower.onnx"));
    Files.writeString(directory.resolve("query-tower.onnx"), "another");

    assertThatExceptionOfType(InvalidBundleException.class)
        .isThrownBy(bundle::openQueryTower)
        .withMessageContaining("query-tower.onnx: has SHA-256 ");
  }

  private void assertRefused(String... parts) {
    assertThatExceptionOfType(InvalidBundleException.class)
        .isThrownBy(() -> ModelBundle.read(directory))
        .satisfies(
            refused -> {
              assertThat(refused).message().startsWith(directory + parts[0]).doesNotContain("\n");
              assertThat(refused).message().contains(parts);
            });
  }

  private void edit(String found, String replacement) throws IOException {
    Path file = directory.resolve("model.json");
    String json = Files.readString(file);
    assertThat(json).contains(found);
    Files.writeString(file, json.replace(found, replacement));
  }

  /** Replaces a file and its digest, as whoever made the bundle wrongly would have. */
  private void replace(BundleFile file, byte[] bytes) throws IOException {
    Path json = directory.resolve("model.json");
    ManifestFile manifest = ManifestFile.parse(Files.readAllBytes(json));
    Map<BundleFile, String> digests = new EnumMap<>(manifest.sha256());
    digests.put(file, BundleFolder.sha256(ByteBuffer.wrap(bytes)));
    Files.write(json, new ManifestFile(manifest.manifest(), digests).toBytes());
    Files.write(file.in(directory), bytes);
  }

  private void editGraph(BundleFile file, Consumer<GraphProto.Builder> edit) throws IOException {
    ModelProto.Builder model =
        ModelProto.parseFrom(Files.readAllBytes(file.in(directory))).toBuilder();
    edit.accept(model.getGraphBuilder());
    replace(file, model.build().toByteArray());
  }

  /** Edits the little-endian data of the last initializer whose name starts so. */
  private void editInitializer(BundleFile file, String name, Consumer<ByteBuffer> edit)
      throws IOException {
    editGraph(
        file,
        graph -> {
          TensorProto.Builder tensor =
              graph.getInitializerBuilderList().stream()
                  .filter(initializer -> initializer.getName().startsWith(name))
                  .reduce((_, last) -> last)
                  .orElseThrow();
          ByteBuffer data =
              ByteBuffer.wrap(tensor.getRawData().toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
          edit.accept(data);
          tensor.setRawData(ByteString.copyFrom(data.array()));
        });
  }
}
