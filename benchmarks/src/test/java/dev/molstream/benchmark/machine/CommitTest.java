package dev.molstream.benchmark.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitTest {
  @TempDir Path folder;

  @Test
  void isUnknownWhereThereIsNoRepository() throws Exception {
    assertThat(Commit.of(folder)).isEqualTo("unknown");

    Files.writeString(folder.resolve(".git"), "this is none\n");
    assertThat(Commit.of(folder)).isEqualTo("unknown");
  }
}
