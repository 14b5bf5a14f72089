package dev.molstream.retrieval.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.molstream.retrieval.Examples;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.VectorFormat;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordLayoutTest {
  private final Arena arena = Arena.ofConfined();
  private final MolShape shape = Examples.shape(2, 3, 4, 6);
  private final RecordLayout layout = new RecordLayout(shape, VectorFormat.FLOAT32);

  @AfterEach
  void freeMemory() {
    arena.close();
  }

  @Test
  void bringsBackWhatWasWritten() {
    // given
    MolItem item = item("id", List.of("Дра́ма", "映画"), Map.of("year", "1999", "🎬", "", "a", "ä"));
    long address = place(layout, item);

    // when
    MolItem back = layout.decode(address, layout.length(address));

    // then
    assertThat(back).usingRecursiveComparison().isEqualTo(item);
  }

  @Test
  void readsEachPartInPlace() {
    // given
    MolItem item = item("映画 1", List.of("Drama", "War"), Map.of("b", "2", "a", "1"));
    long address = place(layout, item);
    float[] base = new float[7];
    float[] components = new float[14];
    float[] gate = new float[8];

    // when
    layout.copyBase(address, base, 2);
    layout.copyComponents(address, components, 2);
    layout.copyGate(address, gate, 2);

    // then
    assertThat(Arrays.copyOfRange(base, 2, 7)).isEqualTo(item.base());
    assertThat(Arrays.copyOfRange(components, 2, 14)).isEqualTo(item.components());
    assertThat(Arrays.copyOfRange(gate, 2, 8)).isEqualTo(item.gate());
    assertThat(base).startsWith(0, 0);
    assertThat(layout.itemId(address)).isEqualTo("映画 1");
    assertThat(layout.title(address)).isEqualTo("title of 映画 1");
    assertThat(layout.categories(address)).containsExactly("Drama", "War");
    assertThat(layout.attributes(address))
        .containsExactly(Map.entry("a", "1"), Map.entry("b", "2"));
    assertThat(layout.available(address)).isFalse();
    assertThat(layout.idEquals(address, "映画 1".getBytes(UTF_8))).isTrue();
    assertThat(layout.idEquals(address, "映画 2".getBytes(UTF_8))).isFalse();
    assertThat(layout.idEquals(address, "映画".getBytes(UTF_8))).isFalse();
  }

  @Test
  void roundsVectorsToTheHalfSizeFormat() {
    // given
    RecordLayout half = new RecordLayout(shape, VectorFormat.BFLOAT16);
    MolItem item = item("id", List.of("Drama"), Map.of("year", "1999"));
    long address = place(half, item);

    // when
    MolItem back = half.decode(address, half.length(address));

    // then
    assertThat(back.base()).isEqualTo(rounded(item.base())).isNotEqualTo(item.base());
    assertThat(back.components()).isEqualTo(rounded(item.components()));
    assertThat(back.gate()).isEqualTo(rounded(item.gate()));
    assertThat(back.title()).isEqualTo(item.title());
    assertThat(back.attributes()).isEqualTo(item.attributes());
    assertThat(half.length(address))
        .isEqualTo(layout.length(place(layout, item)) - 2 * (5 + 12 + 6));
  }

  @Test
  void ordersIdsByCodePoints() {
    // given
    List<String> ids =
        List.of(
            "a", "aa", "ab", "b", "z", "é", "\uFFFD", "🎬", "🎬a"); // UTF-16 has 🎬 before U+FFFD
    List<Long> addresses = new ArrayList<>();
    for (String id : ids) {
      addresses.add(place(layout, item(id, List.of(), Map.of())));
    }
    Collections.shuffle(addresses, new java.util.Random(1));

    // when
    addresses.sort(layout::compareIds);

    // then
    assertThat(addresses.stream().map(layout::itemId)).isEqualTo(ids);
    assertThat(layout.compareIds(addresses.get(2), addresses.get(2))).isZero();
  }

  /** Files of this layout version exist: these bytes must not change without a new version. */
  @ParameterizedTest
  @EnumSource
  void writesTheDocumentedBytes(VectorFormat format) {
    MolShape tiny = new MolShape(1, 2, 1, 1, 1, 1);
    MolShape wide = new MolShape(1, 2, 2, 1, 1, 1);
    Map<String, String> attributes = Map.of("k", "v", "a", "");
    MolItem item = new MolItem("id", "Ö", List.of("a"), attributes, true, f(1), f(2), f(-2, 0.5f));
    MolItem wider = new MolItem("i", "", List.of(), false, f(1), f(2, 4), f(1, 2, 3, 4));
    boolean half = format == VectorFormat.BFLOAT16;

    assertThat(hex(new RecordLayout(tiny, format), item))
        .isEqualTo(
            "4d4f4c52" // MOLR
                + "0200" // version
                + "0100" // flags: available
                + "02000000" // id bytes
                + "02000000" // title bytes
                + "03000000" // category bytes
                + "0b000000" // attribute bytes
                + "0000000000000000"
                + (half ? "0040" : "00000040") // component 2
                + (half ? "00c0003f" : "000000c00000003f") // gate -2, 0.5
                + (half ? "803f" : "0000803f") // base 1
                + "6964" // id
                + "c396" // Ö
                + "010061" // a
                + "0100610000" // a: nothing
                + "01006b010076"); // k: v
    assertThat(hex(new RecordLayout(wide, format), wider))
        .endsWith(
            (half ? "803f404000408040" : "0000803f00004040" + "0000004000008040") // item major
                + (half ? "803f" : "0000803f")
                + "69");
  }

  @Test
  void noItemIsLargerThanTheLargestRecord() {
    // given
    List<String> categories = Collections.nCopies(4_096, "映");
    Map<String, String> attributes = new HashMap<>();
    for (int i = 0; i < 4_096; i++) {
      attributes.put(Character.toString(0x4E00 + i), "");
    }
    MolItem item = item("映".repeat(256), "映".repeat(1_024), categories, attributes);

    // when
    long address = place(layout, item);

    // then
    assertThat(layout.length(address)).isEqualTo(layout.largestBytes());
    assertThat(layout.decode(address, layout.length(address)))
        .usingRecursiveComparison()
        .isEqualTo(item);
  }

  @Test
  void refusesBytesThatAreNoRecord() {
    byte[] value =
        Records.bytes(layout, item("id", List.of("Drama"), Map.of("year", "1999"))).array();
    int text = layout.textOffset();
    List<byte[]> wrongs = new ArrayList<>();
    wrongs.add(new byte[0]);
    wrongs.add(Arrays.copyOf(value, 40));
    wrongs.add(new byte[500]);
    for (int wrong :
        new int[] {
          RecordLayout.MAGIC_OFFSET,
          RecordLayout.VERSION_OFFSET,
          RecordTexts.ID_BYTES_OFFSET,
          RecordTexts.TITLE_BYTES_OFFSET + 3,
          RecordTexts.CATEGORY_BYTES_OFFSET,
          RecordTexts.ATTRIBUTE_BYTES_OFFSET,
          text + "idtitle of id".length(), // the first category's length
          value.length - "4__1999".length() // the first key's last character and 2 length bytes
        }) {
      byte[] changed = value.clone();
      changed[wrong]++;
      wrongs.add(changed);
    }
    // The last one is a letter, which may be any.
    byte[] harmless = wrongs.removeLast();
    long at = Records.place(harmless, arena);
    assertThat(layout.wellFormed(at, harmless.length)).isTrue();

    for (byte[] wrong : wrongs) {
      long address = Records.place(wrong, arena);
      assertThat(layout.wellFormed(address, wrong.length)).isFalse();
      assertThatExceptionOfType(CorruptRecordException.class)
          .isThrownBy(() -> layout.decode(address, wrong.length))
          .withMessageContaining("is damaged: %s bytes", wrong.length);
    }
  }

  @Test
  void refusesTheRecordOfAnotherItem() {
    long address = place(layout, item("id", List.of(), Map.of()));
    int length = layout.length(address);

    layout.requireWellFormed("id".getBytes(UTF_8), address, length);
    assertThatExceptionOfType(CorruptRecordException.class)
        .isThrownBy(() -> layout.requireWellFormed("is".getBytes(UTF_8), address, length))
        .withMessageContaining("the record of item is is damaged");
  }

  /** A reader that is overtaken by the writer sees any lengths: it must not read far or throw. */
  @Test
  void takesImpossibleLengthsForNone() {
    byte[] value = Records.bytes(layout, item("id", List.of("Drama"), Map.of("a", "b"))).array();
    Arrays.fill(value, RecordTexts.ID_BYTES_OFFSET, 24, (byte) 0x7F);
    long address = Records.place(value, arena);

    assertThat(layout.itemId(address)).isEmpty();
    assertThat(layout.title(address)).isEmpty();
    assertThat(layout.categories(address)).isEmpty();
    assertThat(layout.attributes(address)).isEmpty();
    assertThat(layout.idEquals(address, "id".getBytes(UTF_8))).isFalse();
    assertThat(layout.compareIds(address, address)).isZero();
  }

  private MolItem item(String itemId, List<String> categories, Map<String, String> attributes) {
    return item(itemId, "title of " + itemId, categories, attributes);
  }

  private MolItem item(
      String itemId, String title, List<String> categories, Map<String, String> attributes) {
    MolItem vectors = Examples.item(shape, new SplittableRandom(1), itemId);
    return new MolItem(
        itemId,
        title,
        categories,
        attributes,
        false,
        vectors.base(),
        vectors.components(),
        vectors.gate());
  }

  private long place(RecordLayout layout, MolItem item) {
    return Records.place(Records.bytes(layout, item).array(), arena);
  }

  private static String hex(RecordLayout layout, MolItem item) {
    return HexFormat.of().formatHex(Records.bytes(layout, item).array());
  }

  private static float[] f(float... values) {
    return values;
  }

  private static float[] rounded(float[] values) {
    float[] rounded = values.clone();
    for (int i = 0; i < values.length; i++) {
      rounded[i] = BFloat16.round(values[i]);
    }
    return rounded;
  }
}
