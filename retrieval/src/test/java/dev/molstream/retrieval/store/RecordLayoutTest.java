package dev.molstream.retrieval.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.molstream.retrieval.Examples;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolShape;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RecordLayoutTest {
  private final MolShape shape = Examples.shape(2, 3, 4, 6);
  private final RecordLayout layout = new RecordLayout(shape);

  @Test
  void bringsBackWhatWasWritten() {
    // given
    MolItem item =
        Examples.item(shape, new SplittableRandom(1), "id", List.of("Дра́ма", "映画"), false);

    // when
    MolItem back = layout.decode("id", layout.encode(item));

    // then
    assertThat(back).usingRecursiveComparison().isEqualTo(item);
  }

  /** Files of this layout version exist: these bytes must not change without a new version. */
  @Test
  void writesTheDocumentedBytes() {
    MolShape tiny = new MolShape(1, 1, 1, 1, 1, 1);
    MolItem item =
        new MolItem(
            "id", "Ö", List.of("a"), true, new float[] {1}, new float[] {2}, new float[] {-2});

    assertThat(HexFormat.of().formatHex(new RecordLayout(tiny).encode(item)))
        .isEqualTo(
            "4d4f4c52" // MOLR
                + "0100" // version
                + "0100" // flags: available
                + "02000000" // title bytes
                + "03000000" // category bytes
                + "0000803f" // base 1
                + "00000040" // component 2
                + "000000c0" // gate -2
                + "c396" // Ö
                + "0100" // category length
                + "61"); // a
  }

  @Test
  void refusesBytesThatAreNoRecord() {
    byte[] value = layout.encode(Examples.item(shape, new SplittableRandom(1), "id"));
    byte[] otherVersion = value.clone();
    otherVersion[RecordLayout.VERSION_OFFSET]++;
    byte[] longerTitle = value.clone();
    longerTitle[RecordLayout.TITLE_BYTES_OFFSET]++;

    for (byte[] wrong :
        List.of(new byte[0], Arrays.copyOf(value, 40), new byte[500], otherVersion, longerTitle)) {
      assertThatExceptionOfType(CorruptRecordException.class)
          .isThrownBy(() -> layout.decode("id", wrong))
          .withMessageContaining("the record of item id is damaged");
    }
  }
}
