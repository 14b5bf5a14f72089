package dev.molstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code ./molstream}, with scripts in place of Java and Maven. */
class LauncherTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path directory;
  private Path home;
  private Path built;
  private Path source;

  private record Run(int status, String out, Path errors) {
    String err() throws IOException {
      return Files.readString(errors);
    }
  }

  @BeforeEach
  void copyTheLauncher() throws IOException {
    home = directory.resolve("a home with spaces");
    built = home.resolve("demo/target/built");
    source = home.resolve("demo/src/main/Source.java");
    for (String file : List.of("molstream", "etc/find-jdk", "etc/jvm.options")) {
      script(home.resolve(file), Files.readString(ROOT.resolve(file)));
    }
    write(home.resolve("pom.xml"), "");
    write(home.resolve("demo/pom.xml"), "");
    write(source, "");
    write(directory.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
    script(directory.resolve("jdk/bin/javac"), "#!/bin/sh\n");
    script(
        directory.resolve("jdk/bin/java"),
        """
        #!/bin/sh
        echo "WARNING: Using incubator modules: jdk.incubator.vector" >&2
        echo "WARNING: something else" >&2
        pwd
        for argument in "$@"; do echo "$argument"; done
        exit 7
        """);
    script(directory.resolve("bin/mvn"), "#!/bin/sh\necho built with \"$JAVA_HOME\" \"$@\"\n");
  }

  @Test
  void passesArgumentsDirectoryAndStatusThroughAndDropsOneWarning() throws Exception {
    write(built, "");

    Run run = run("demo", "--data", "a b");

    assertThat(run.status()).isEqualTo(7);
    assertThat(run.out().lines()).startsWith(directory.toString(), "@" + home + "/etc/jvm.options");
    assertThat(run.out().lines()).endsWith("dev.molstream.cli.Molstream", "demo", "--data", "a b");
    // The filter behind stderr may end after the launcher.
    await().untilAsserted(() -> assertThat(run.err().strip()).isEqualTo("WARNING: something else"));
  }

  @Test
  void buildsWhenNothingIsBuiltAndNotAgain() throws Exception {
    assertThat(run().err()).contains("Building Molstream", "Built in");
    assertThat(Files.readString(home.resolve("demo/target/build.log")))
        .contains("built with " + directory.resolve("jdk"), "package");
    assertThat(run().err()).doesNotContain("Building");
  }

  @Test
  void buildsAgainWhenASourceIsNewer() throws Exception {
    write(built, "");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));

    assertThat(run().err()).contains("Building Molstream");
  }

  @Test
  void showsTheEndOfTheLogWhenTheBuildFails() throws Exception {
    script(directory.resolve("bin/mvn"), "#!/bin/sh\necho the reason\nexit 1\n");

    Run run = run();

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("the reason", "The build failed");
    assertThat(run.out()).isEmpty();
    assertThat(built).doesNotExist();
  }

  private Run run(String... arguments) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(home.resolve("molstream").toString()).directory(directory.toFile());
    builder.command().addAll(List.of(arguments));
    builder.environment().put("JAVA_HOME", directory.resolve("jdk").toString());
    builder
        .environment()
        .put("PATH", directory.resolve("bin") + ":" + System.getenv().getOrDefault("PATH", ""));
    Path err = Files.createTempFile(directory, "stderr", ".txt");
    Process process = builder.redirectError(err.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Run(process.waitFor(), out, err);
  }

  private static void script(Path file, String text) throws IOException {
    write(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
