package dev.molstream.updater;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.model.InvalidBundleException;
import dev.molstream.service.CommandErrors;
import dev.molstream.service.ReferencePages;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class IndexUpdaterCommandTest {
  private static final Path PAGE = Path.of("..", "docs", "configuration-index-updater.md");

  @TempDir Path folder;

  private final StringWriter errors = new StringWriter();

  @Test
  void endsWithTwoAndOneLineAtABadSetting() {
    assertThat(
            run(
                "--set",
                "bootstrap.servers=x:1",
                "--set",
                "model.bundle=b",
                "--set",
                "batch.size=0"))
        .isEqualTo(2);
    assertThat(errors.toString())
        .isEqualToNormalizingNewlines(
            "index-updater: batch.size=0 is not valid: must be a whole number, 1 to 4096\n");
  }

  @Test
  void endsWithOneAndOneLineWhenThereIsNoBundle() {
    String absent = folder.resolve("absent").toString();

    assertThat(run("--set", "bootstrap.servers=x:1", "--set", "model.bundle=" + absent))
        .isEqualTo(1);
    assertThat(errors.toString()).contains(absent).hasLineCount(1);
  }

  /** {@code mvn -pl index-updater -am test -Dpages.write} writes the page anew. */
  @Test
  void isDocumentedAsItIs() throws IOException {
    String page = ReferencePages.settings("index-updater", IndexUpdaterConfig.definition());
    if (System.getProperty("pages.write") != null) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE)).as("out of date: run with -Dpages.write").isEqualTo(page);
  }

  private int run(String... arguments) {
    CommandLine command = new CommandLine(new IndexUpdaterCommand());
    command.setErr(new PrintWriter(errors, true));
    return CommandErrors.install(command, InvalidBundleException.class).execute(arguments);
  }
}
