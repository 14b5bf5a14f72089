package dev.molstream.retrieval.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.ItemIndex;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 in the midst of writing. */
class KillTest {
  private static final long KILL_AFTER = 10_000;

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void nothingBeforeTheStoredOffsetsIsLost(@TempDir Path directory)
      throws IOException, InterruptedException {
    // given
    long seen = writeAndKill(directory);

    // when
    IndexSettings settings = KilledWriter.settings(directory);
    try (ItemIndex index = ItemIndex.open(settings)) {
      // then
      long next = index.storedOffsets().getOrDefault(0, 0L);
      assertThat(next).isGreaterThanOrEqualTo(seen);
      int missing = 0;
      float[] base = new float[settings.shape().baseDimension()];
      for (int i = 0; i < KilledWriter.ITEMS; i++) {
        String itemId = "item " + i;
        if (!index.copyBase(itemId, base, 0)) {
          missing++;
          continue;
        }
        long round = (long) base[0];
        assertThat(base).containsOnly(round);
        assertThat(index.title(itemId)).isEqualTo("round " + round);
        long lastStored = (next - 1 - i) / KilledWriter.ITEMS;
        assertThat(round).as(itemId).isGreaterThanOrEqualTo(lastStored);
      }
      assertThat(missing).as("items in flight at the kill").isLessThanOrEqualTo(1);

      // when, then: reading the source on from there brings everything
      for (long offset = next; offset < next + KilledWriter.ITEMS; offset++) {
        index.upsert(KilledWriter.at(settings, offset));
      }
      assertThat(index.size()).isEqualTo(KilledWriter.ITEMS);
    }
  }

  /** Returns the last offset the writer said it had stored before it was killed. */
  private static long writeAndKill(Path directory) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(KilledWriter.class.getName(), directory.toString()));
    Process writer =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    long stored = 0;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(writer.getInputStream(), UTF_8))) {
      String line = "";
      while (stored < KILL_AFTER && (line = lines.readLine()) != null) {
        if (line.startsWith("stored ")) {
          stored = Long.parseLong(line.substring("stored ".length()));
        }
      }
    } finally {
      writer.destroyForcibly().waitFor();
    }
    assertThat(stored).isGreaterThanOrEqualTo(KILL_AFTER);
    return stored;
  }
}
