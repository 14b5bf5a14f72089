package dev.molstream.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class NicenessTest {
  /** Of the fields of /proc/…/stat, counted from behind the name, which may hold blanks. */
  private static final int NICE = 16;

  @Test
  @EnabledOnOs(OS.LINUX)
  void workInTheBackgroundYieldsAndItsCallerDoesNot() {
    int before = niceness();

    int background = Niceness.inBackground("background", NicenessTest::niceness);

    assertThat(background).isEqualTo(Math.max(before, Niceness.BACKGROUND));
    assertThat(niceness()).isEqualTo(before);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void threadsStartedInTheBackgroundYieldToo() {
    int started =
        Niceness.inBackground(
            "background", () -> Niceness.inBackground("its own", NicenessTest::niceness));

    assertThat(started).isGreaterThanOrEqualTo(Niceness.BACKGROUND);
  }

  @Test
  void failuresComeOutAsTheyAre() {
    IllegalStateException failure = new IllegalStateException("broken");

    assertThatThrownBy(
            () ->
                Niceness.inBackground(
                    "background",
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
  }

  @Test
  void zeroChangesNothing() {
    int before = niceness();

    Niceness.ofProcess(0);

    assertThat(niceness()).isEqualTo(before);
  }

  private static int niceness() {
    Path stat = Path.of("/proc/thread-self/stat");
    if (!Files.exists(stat)) {
      return 0;
    }
    try {
      String text = Files.readString(stat);
      return Integer.parseInt(text.substring(text.lastIndexOf(')') + 2).split(" ")[NICE]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
