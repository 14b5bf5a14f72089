package dev.molstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.molstream.model.Safetensors.Tensor;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bundles and every way but the towers' to get one wrong; {@link TowerRefusalsTest} has those. */
class ModelBundleTest {
  @TempDir Path folder;

  private BundleOnDisk bundle;
  private Path directory;

  @BeforeEach
  void write() {
    bundle = BundleOnDisk.write(folder.resolve("bundle"));
    directory = bundle.directory();
  }

  @Test
  void readsWhatWasWritten() {
    ModelBundle read = bundle.read();

    assertThat(read.manifest()).isEqualTo(RandomBundle.manifest("random-1", BundleOnDisk.SHAPE));
    assertThat(read.trainedItemIds()).containsExactly("1", "2", "tt0113277");
    assertThat(read.gating().hiddenWeight()).hasSize(30).isNotEqualTo(new float[30]);
    assertThat(read.sha256()).matches("[0-9a-f]{64}");
    assertThat(read.summary())
        .isEqualTo(
            "random-1: random with mol 3x2x4 (D 6, gate 5, τ 0.05), history of 50, 3 trained"
                + " items");
  }

  @Test
  void ignoresOtherFilesInTheFolder() throws IOException {
    String before = bundle.read().sha256();
    Files.writeString(directory.resolve("README.md"), "how it was trained");

    assertThat(bundle.read().sha256()).isEqualTo(before);
  }

  @Test
  void refusesAFolderThatIsNone() {
    Path nowhere = folder.resolve("nowhere");
    assertThatExceptionOfType(InvalidBundleException.class)
        .isThrownBy(() -> ModelBundle.read(nowhere))
        .withMessage(nowhere + " is not a folder; a bundle is a folder with model.json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.json",
        "query-tower.onnx",
        "item-tower.onnx",
        "gating.safetensors",
        "item-ids.txt"
      })
  void refusesAMissingFileAndAFolderInItsPlace(String file) throws IOException {
    Files.delete(directory.resolve(file));
    bundle.assertRefused(file, "/" + file + " is missing");

    Files.createDirectory(directory.resolve(file));
    bundle.assertRefused(file, "/" + file + ": is a folder, valid is a file");
  }

  @ParameterizedTest
  @EnumSource(BundleFile.class)
  void refusesAFlippedByte(BundleFile file) throws IOException {
    bundle.replace(
        BundleFile.WEIGHTS,
        new TrainedWeights(Map.of(), Map.of("a", new float[2]), Map.of("a", List.of(2))).toBytes());
    byte[] bytes = bundle.bytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file.in(directory), bytes);

    bundle.assertRefused(file.fileName(), ": has SHA-256 ", ", valid is what model.json lists: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          '"formatVersion" : 1'      | '"formatVersion" : 2'      | formatVersion is 2, valid is 1
          '"queryComponents" : 3'    | '"queryComponents" : 0'    | field shape: queryComponents 0 is not within 1 to 64
          '"maxHistory" : 50'        | '"maxHistory" : 10001'     | maxHistory 10001 is not within 1 to 10000
          """)
  void namesTheManifestInItsRefusals(String found, String replacement, String message) {
    bundle.editManifest(found, replacement);
    bundle.assertRefused("model.json", ": " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          '"baseDimension" : 6'      | '"baseDimension" : 7'      | item-tower.onnx  | base is FLOAT [B, 6], valid is FLOAT [B, 7]
          '"itemComponents" : 2'     | '"itemComponents" : 4'     | gating.safetensors | tensor gate.hidden.weight has shape [5, 6], valid is [5, 12]
          '"componentDimension" : 4' | '"componentDimension" : 8' | item-tower.onnx  | components is FLOAT [B, 2, 4], valid is FLOAT [B, 2, 8]
          '"gateHidden" : 5'         | '"gateHidden" : 6'         | gating.safetensors | tensor gate.hidden.weight has shape [5, 6], valid is [6, 6]
          '"maxFeatures" : 16'       | '"maxFeatures" : 8'        | item-tower.onnx  | features is INT64 [B, 16], valid is INT64 [B, 8]
          '"hashBuckets" : 1024'     | '"hashBuckets" : 2048'     | item-tower.onnx  | feature 2047, the last bucket: the item tower failed: Non-zero status code returned while running Gather node
          """)
  void refusesSizesInTheManifestThatTheOtherFilesDoNotHave(
      String found, String replacement, String file, String message) {
    bundle.editManifest(found, replacement);
    bundle.assertRefused(file, ": " + message);
  }

  @Test
  void refusesQueryAndItemComponentsTheWrongWayRound() {
    bundle.editManifest("\"queryComponents\" : 3", "\"queryComponents\" : 2");
    bundle.editManifest("\"itemComponents\" : 2", "\"itemComponents\" : 3");
    bundle.assertRefused(
        "item-tower.onnx", ": components is FLOAT [B, 2, 4], valid is FLOAT [B, 3, 4]");
  }

  @Test
  void refusesAGateOfAnotherShape() {
    MolShape wider = new MolShape(6, 3, 2, 4, 7, 0.05f);
    GatingNetwork gating =
        GatingNetwork.of(wider, new float[42], new float[7], new float[42], new float[6]);
    bundle.replace(BundleFile.GATING, GatingFile.write(wider, gating));
    bundle.assertRefused(
        "gating.safetensors", ": tensor gate.hidden.weight has shape [7, 6], valid is [5, 6]");
  }

  @Test
  void refusesATransposedGate() {
    Map<String, Tensor> tensors = new HashMap<>(Safetensors.read(bundle.bytes(BundleFile.GATING)));
    tensors.put("gate.output.weight", new Tensor(List.of(5, 6), new float[30]));
    bundle.replace(BundleFile.GATING, Safetensors.write(tensors));
    bundle.assertRefused(
        "gating.safetensors", ": tensor gate.output.weight has shape [5, 6], valid is [6, 5]");
  }

  @Test
  void refusesAGateUnderOtherNamesButNotOneWithFurtherTensors() {
    Map<String, Tensor> tensors = new HashMap<>(Safetensors.read(bundle.bytes(BundleFile.GATING)));
    tensors.put("optimizer.step", new Tensor(List.of(), new float[1]));
    bundle.replace(BundleFile.GATING, Safetensors.write(tensors));
    assertThat(bundle.read().gating().hiddenBias()).hasSize(5);

    Tensor bias = tensors.remove("gate.hidden.bias");
    tensors.put("gate.0.bias", bias);
    bundle.replace(BundleFile.GATING, Safetensors.write(tensors));
    bundle.assertRefused(
        "gating.safetensors",
        ": has no tensor gate.hidden.bias, only [gate.0.bias, gate.hidden.weight,");
  }

  @ParameterizedTest
  @ValueSource(strings = {"F16", "BF16", "F64"})
  void refusesAGateOfOtherNumbers(String type) {
    String header =
        "{\"gate.hidden.bias\":{\"dtype\":\"%s\",\"shape\":[0],\"data_offsets\":[0,0]}}"
            .formatted(type);
    ByteBuffer file =
        ByteBuffer.allocate(Long.BYTES + header.length())
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length())
            .put(header.getBytes(StandardCharsets.UTF_8));
    bundle.replace(BundleFile.GATING, file.array());
    bundle.assertRefused(
        "gating.safetensors", ": tensor gate.hidden.bias has dtype \"" + type + "\", valid is F32");
  }

  @ParameterizedTest
  @CsvSource({"NaN, NaN", "Infinity, Infinity", "2e6, 2000000.0"})
  void refusesAGateThatHoldsNoNumbers(float value, String named) {
    byte[] bytes = bundle.bytes(BundleFile.GATING);
    int bits = Integer.reverseBytes(Float.floatToIntBits(value)); // little-endian
    ByteBuffer.wrap(bytes).putInt(bytes.length - 4, bits);
    bundle.replace(BundleFile.GATING, bytes);
    bundle.assertRefused(
        "gating.safetensors",
        ": tensor gate.output.weight holds " + named + ", valid are numbers within ±1000000.0");
  }

  @Test
  void refusesAGateThatIsNoSafetensorsFile() {
    bundle.replace(BundleFile.GATING, "torch.save(gate)");
    bundle.assertRefused("gating.safetensors", ": claims a header of ", " bytes, valid is 2 to ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1,2,1,        | line 3 repeats item id "1"
          1,,3,         | line 2 is 0 characters long, valid is 1 to 256
          1~,2~,        | line 1 holds a line break within an item id
          1,2           | does not end with a line feed
          ''            | does not end with a line feed
          ,             | line 1 is 0 characters long, valid is 1 to 256
          """)
  void refusesItemIdsThatAreNoList(String lines, String message) {
    bundle.replace(BundleFile.ITEM_IDS, lines.replace(',', '\n').replace('~', '\r'));
    bundle.assertRefused("item-ids.txt", ": " + message);
  }

  @Test
  void refusesItemIdsThatAreNotPlainUtf8OrTooLong() {
    bundle.replace(BundleFile.ITEM_IDS, "\uFEFF1\n2\n3\n");
    bundle.assertRefused("item-ids.txt", ": begins with a byte order mark, valid is UTF-8 without");
    bundle.replace(BundleFile.ITEM_IDS, new byte[] {(byte) 0xff, '\n'});
    bundle.assertRefused("item-ids.txt", ": is not UTF-8");
    bundle.replace(BundleFile.ITEM_IDS, "1\n" + "x".repeat(257) + "\n");
    bundle.assertRefused("item-ids.txt", ": line 2 is 257 characters long, valid is 1 to 256");
  }

  @Test
  void refusesMoreItemIdsThanTheTableHasRows() {
    bundle.replace(BundleFile.ITEM_IDS, "1\n2\ntt0113277\n4\n");
    bundle.assertRefused(
        "item-tower.onnx",
        ": row 4, the last of item-ids.txt: the item tower failed: ",
        "idx=4 must be within the inclusive range [-4,3]");
  }

  @Test
  void acceptsATowerThatKeepsItsEncoderToItself() {
    bundle.editModel(BundleFile.QUERY_TOWER, model -> model.getGraphBuilder().removeOutput(0));

    try (QueryTower tower = bundle.read().openQueryTower()) {
      assertThat(tower.acceptsEncoded()).isFalse();
    }
  }

  @Test
  void refusesAnEncodedOutputThatDoesNotMakeTheWholeQuery() {
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
    bundle.replace(BundleFile.QUERY_TOWER, graph.toBytes("shortcut"));

    bundle.assertRefused(
        "query-tower.onnx",
        ": [components, gate] depend on the input history, not only on encoded");
  }

  @Test
  void opensNoTowerThatChangedSinceItWasRead() throws IOException {
    ModelBundle read = bundle.read();
    Files.delete(directory.resolve("query-tower.onnx"));
    Files.writeString(directory.resolve("query-tower.onnx"), "another");

    assertThatExceptionOfType(InvalidBundleException.class)
        .isThrownBy(read::openQueryTower)
        .withMessageContaining("query-tower.onnx: has SHA-256 ");
  }
}
