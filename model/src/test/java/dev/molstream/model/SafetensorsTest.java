package dev.molstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.molstream.model.Safetensors.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SafetensorsTest {
  private static final String HEADER =
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
          + "\"b\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[8,12]}}";

  /** Made by hand: length 0x70, header padded to 112 bytes, then 1, -2 and 0.5. */
  private static final byte[] FILE =
      concatenate(
          HexFormat.of().parseHex("7000000000000000"),
          (HEADER + " ".repeat(112 - HEADER.length())).getBytes(StandardCharsets.UTF_8),
          HexFormat.of().parseHex("0000803f" + "000000c0" + "0000003f"));

  @Test
  void writesTheBytesOfTheReferenceFormat() {
    assertThat(
            Safetensors.write(
                Map.of(
                    "b", new Tensor(List.of(1, 1), new float[] {0.5f}),
                    "a", new Tensor(List.of(2), new float[] {1, -2}))))
        .isEqualTo(FILE);
  }

  @Test
  void readsTheBytesOfTheReferenceFormat() {
    Map<String, Tensor> tensors = Safetensors.read(FILE);

    assertThat(tensors.keySet()).containsExactly("a", "b");
    assertThat(tensors.get("a")).satisfies(a -> assertThat(a.values()).containsExactly(1, -2));
    assertThat(tensors.get("b"))
        .satisfies(b -> assertThat(b.shape()).containsExactly(1, 1))
        .satisfies(b -> assertThat(b.values()).containsExactly(0.5f));
  }

  @Test
  void readsTensorsInAnyOrderBesideMetadata() {
    Map<String, Tensor> tensors =
        Safetensors.read(
            file(
                "{\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]},"
                    + "\"__metadata__\":{\"format\":\"pt\"},"
                    + "\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}",
                8));

    assertThat(tensors.keySet()).containsExactly("a", "b");
  }

  @Test
  void refusesATruncatedFile() {
    assertRefused(new byte[7], "is 7 bytes long, valid is at least 8");
    assertRefused(
        Arrays.copyOf(FILE, FILE.length - 1), "holds 11 bytes of data, its header describes 12");
  }

  @Test
  void refusesAHeaderLongerThanTheFileWithoutAllocatingIt() {
    byte[] huge = FILE.clone();
    huge[7] = 0x7f;
    assertRefused(
        huge,
        "claims a header of 9151314442816847984 bytes, valid is 2 to the 124 bytes that follow");
    huge[7] = (byte) 0xff;
    assertRefused(
        huge,
        "claims a header of 18374686479671623792 bytes, valid is 2 to the 124 bytes that follow");
  }

  @Test
  void refusesATensorLargerThanItsData() {
    assertRefused(
        file(tensor("F32", "[2147483647,2147483647]", "[0,8]"), 8),
        "tensor a has shape [2147483647,2147483647], valid is less than 2 GiB");
    assertRefused(
        file(tensor("F32", "[9223372036854775807,2]", "[0,8]"), 8),
        "tensor a has shape [9223372036854775807,2], valid is less than 2 GiB");
    assertRefused(
        file(tensor("F32", "[100000000]", "[0,400000000]"), 8),
        "holds 8 bytes of data, its header describes 400000000");
    assertRefused(
        file(tensor("F32", "[3]", "[0,8]"), 8),
        "tensor a has data_offsets [0, 8], its shape [3] needs 12 bytes");
  }

  @Test
  void refusesOverlapsAndHoles() {
    String two =
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[%d,%d]}}";
    assertRefused(
        file(two.formatted(4, 8), 8),
        "tensor b begins at byte 4 of the data, valid is 8: no holes, no overlaps");
    assertRefused(
        file(two.formatted(12, 16), 16),
        "tensor b begins at byte 12 of the data, valid is 8: no holes, no overlaps");
  }

  @Test
  void refusesWhatIsNoFloatTensor() {
    assertRefused(
        file(tensor("F16", "[4]", "[0,8]"), 8), "tensor a has dtype \"F16\", valid is F32");
    assertRefused(
        file(tensor("F32", "[-2]", "[0,8]"), 8),
        "tensor a has shape [-2], valid are whole numbers from 0");
    assertRefused(file(tensor("F32", "2", "[0,8]"), 8), "tensor a has no list shape");
    assertRefused(file("[1,2]", 0), "header is not a JSON object");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Safetensors.read(file("{\"a\":", 0)))
        .withMessageStartingWith("header is not JSON: ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Safetensors.read(file("{\"a\":{},\"a\":{}}", 0)))
        .withMessageStartingWith("header is not JSON: Duplicate");
  }

  private static void assertRefused(byte[] file, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Safetensors.read(file))
        .withMessage(message);
  }

  private static String tensor(String type, String shape, String offsets) {
    return "{\"a\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}"
        .formatted(type, shape, offsets);
  }

  private static byte[] file(String header, int dataBytes) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    byte[] length = {(byte) json.length, (byte) (json.length >> 8), 0, 0, 0, 0, 0, 0};
    return concatenate(length, json, new byte[dataBytes]);
  }

  private static byte[] concatenate(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
