package dev.molstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.molstream.retrieval.MolShape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A valid bundle of random weights, to be made wrong in one way and then refused. */
record BundleOnDisk(Path directory) {
  static final MolShape SHAPE = new MolShape(6, 3, 2, 4, 5, 0.05f);
  static final List<String> ITEM_IDS = List.of("1", "2", "tt0113277");

  static BundleOnDisk write(Path directory) {
    RandomBundle.write(directory, "random-1", SHAPE, ITEM_IDS, 7);
    return new BundleOnDisk(directory);
  }

  ModelBundle read() {
    return ModelBundle.read(directory);
  }

  /** Reading it fails with one line that starts with the file and contains all parts. */
  void assertRefused(String file, String... parts) {
    assertThatExceptionOfType(InvalidBundleException.class)
        .isThrownBy(this::read)
        .satisfies(
            refused -> {
              assertThat(refused).message().startsWith(directory.resolve(file).toString());
              assertThat(refused).message().contains(parts).doesNotContain("\n");
            });
  }

  byte[] bytes(BundleFile file) {
    try {
      return Files.readAllBytes(file.in(directory));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Replaces a text within model.json. */
  void editManifest(String found, String replacement) {
    try {
      Path file = directory.resolve(BundleFile.MANIFEST);
      String json = Files.readString(file);
      assertThat(json).contains(found);
      Files.writeString(file, json.replace(found, replacement));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Replaces a file and its digest, as whoever made the bundle wrongly would have. */
  void replace(BundleFile file, byte[] bytes) {
    try {
      Path json = directory.resolve(BundleFile.MANIFEST);
      ManifestFile manifest = ManifestFile.parse(Files.readAllBytes(json));
      Map<BundleFile, String> digests = new EnumMap<>(manifest.sha256());
      digests.put(file, BundleFolder.sha256(ByteBuffer.wrap(bytes)));
      Files.write(json, new ManifestFile(manifest.manifest(), digests).toBytes());
      // A new file: the old one may still be mapped.
      Files.deleteIfExists(file.in(directory));
      Files.write(file.in(directory), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void replace(BundleFile file, String text) {
    replace(file, text.getBytes(StandardCharsets.UTF_8));
  }

  void editModel(BundleFile file, Consumer<ModelProto.Builder> edit) {
    try {
      ModelProto.Builder model = ModelProto.parseFrom(bytes(file)).toBuilder();
      edit.accept(model);
      replace(file, model.build().toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void editGraph(BundleFile file, Consumer<GraphEdit> edit) {
    editModel(file, model -> edit.accept(new GraphEdit(model.getGraphBuilder())));
  }

  /** Edits the little-endian data of the last initializer whose name starts so. */
  void editWeights(BundleFile file, String name, Consumer<ByteBuffer> edit) {
    editModel(
        file,
        model -> {
          TensorProto.Builder tensor =
              model.getGraphBuilder().getInitializerBuilderList().stream()
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
