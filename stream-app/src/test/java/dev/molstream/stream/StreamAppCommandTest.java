package dev.molstream.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.service.ReferencePages;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class StreamAppCommandTest {
  private static final Path PAGE = Path.of("..", "docs", "configuration-stream-app.md");

  @TempDir Path folder;

  private final StringWriter errors = new StringWriter();

  @Test
  void endsWithTwoAndOneLineAtABadSetting() {
    assertThat(
            run(
                "--set", "bootstrap.servers=x:1",
                "--set", "model.bundle=b",
                "--set", "history.max.events=0"))
        .isEqualTo(2);
    assertThat(errors.toString())
        .isEqualToNormalizingNewlines(
            "stream-app: history.max.events=0 is not valid: must be a whole number, 1 to 100000\n");
  }

  @Test
  void endsWithOneAndOneLineWhenThereIsNoBundle() {
    String absent = folder.resolve("absent").toString();

    assertThat(run("--set", "bootstrap.servers=x:1", "--set", "model.bundle=" + absent))
        .isEqualTo(1);
    assertThat(errors.toString()).contains(absent).hasLineCount(1);
  }

  /** {@code mvn -pl stream-app -am test -Dpages.write} writes the page anew. */
  @Test
  void isDocumentedAsItIs() throws IOException {
    String page = ReferencePages.settings("stream-app", StreamAppConfig.definition());
    if (System.getProperty("pages.write") != null) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE)).as("out of date: run with -Dpages.write").isEqualTo(page);
  }

  private int run(String... arguments) {
    CommandLine command = StreamAppMain.install(new CommandLine(new StreamAppCommand()));
    command.setErr(new PrintWriter(errors, true));
    return command.execute(arguments);
  }
}
