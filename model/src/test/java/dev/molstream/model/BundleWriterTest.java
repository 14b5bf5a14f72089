package dev.molstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleWriterTest {
  private static final MolShape SHAPE = new MolShape(6, 3, 2, 4, 5, 0.05f);

  @TempDir Path folder;

  @Test
  void makesMissingParentsAndLeavesNothingElseBehind() throws IOException {
    Path directory = folder.resolve("models/2026/bundle");

    RandomBundle.write(directory, "first", SHAPE, List.of("1"), 1);

    assertThat(entries(folder.resolve("models/2026"))).containsExactly("bundle");
    assertThat(entries(directory))
        .containsExactlyInAnyOrder(
            "model.json",
            "query-tower.onnx",
            "item-tower.onnx",
            "gating.safetensors",
            "item-ids.txt");
    // Another user's service must be able to read it, as far as the umask lets it.
    assertThat(Files.getPosixFilePermissions(directory))
        .isEqualTo(Files.getPosixFilePermissions(Files.createDirectory(folder.resolve("plain"))))
        .contains(PosixFilePermission.OWNER_READ);
  }

  @Test
  void replacesAnExistingBundle() throws IOException {
    Path directory = folder.resolve("bundle");
    RandomBundle.write(directory, "first", SHAPE, List.of("1"), 1);

    RandomBundle.write(directory, "second", SHAPE, List.of("1", "2"), 2);

    assertThat(ModelBundle.read(directory).manifest().modelId()).isEqualTo("second");
    assertThat(entries(folder)).containsExactly("bundle");
  }

  @Test
  void replacesNoFolderThatIsNotABundle() throws IOException {
    Files.writeString(folder.resolve("thesis.tex"), "precious");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> RandomBundle.write(folder, "first", SHAPE, List.of("1"), 1))
        .withMessage(
            folder
                + " holds thesis.tex, which is no part of a bundle;"
                + " valid is a new folder or an existing bundle");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> RandomBundle.write(folder.resolve("thesis.tex"), "m", SHAPE, List.of("1"), 1))
        .withMessage(
            folder.resolve("thesis.tex")
                + " is not a folder, valid is a new folder or an existing bundle");
    assertThat(entries(folder)).containsExactly("thesis.tex");
  }

  @Test
  void keepsTheOldBundleWhenTheNewOneIsInvalid() throws IOException {
    Path directory = folder.resolve("bundle");
    RandomBundle.write(directory, "first", SHAPE, List.of("1"), 1);
    byte[] noGraph = new byte[3];
    GatingNetwork gating =
        GatingNetwork.of(SHAPE, new float[30], new float[5], new float[30], new float[6]);

    assertThatExceptionOfType(InvalidBundleException.class)
        .isThrownBy(
            () ->
                BundleWriter.write(
                    directory,
                    RandomBundle.manifest("second", SHAPE),
                    noGraph,
                    noGraph,
                    gating,
                    List.of("1")))
        .withMessageContaining("item-tower.onnx: ONNX Runtime refuses it");
    assertThat(ModelBundle.read(directory).manifest().modelId()).isEqualTo("first");
    assertThat(entries(folder)).containsExactly("bundle");
  }

  private static List<String> entries(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }
}
