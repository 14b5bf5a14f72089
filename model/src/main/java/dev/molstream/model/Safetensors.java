package dev.molstream.model;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The safetensors file format, for tensors of 32-bit floats.
 *
 * <pre>
 * 0      8               8+N
 * +------+----------------+---------------------------------------+
 * | N LE | header, N bytes| tensors, little-endian, back to back  |
 * +------+----------------+---------------------------------------+
 * header: {"name":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},…}, padded with spaces to 8 bytes
 * </pre>
 *
 * <p>As the reference implementation (huggingface/safetensors) does, the reader wants the tensors
 * to fill the data without holes or overlaps. Nothing is allocated for sizes a file merely claims.
 */
final class Safetensors {
  private static final String METADATA = "__metadata__";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).build();

  private Safetensors() {}

  /** One tensor, row major; no dimensions make a scalar. */
  @SuppressWarnings("ArrayRecordComponent") // handed over, not shared
  record Tensor(List<Integer> shape, float[] values) {
    Tensor {
      shape = List.copyOf(shape);
    }
  }

  private record Extent(String name, List<Integer> shape, long begin, long end) {}

  /** The file's bytes, tensors in the order of their names. */
  static byte[] write(Map<String, Tensor> tensors) {
    return write(tensors, Map.of());
  }

  /** The file's bytes with facts about the tensors, tensors in the order of their names. */
  static byte[] write(Map<String, Tensor> tensors, Map<String, String> metadata) {
    SortedMap<String, Tensor> sorted = new TreeMap<>(tensors);
    ObjectNode header = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode facts = header.putObject(METADATA);
      new TreeMap<>(metadata).forEach(facts::put);
    }
    long offset = 0;
    for (Map.Entry<String, Tensor> entry : sorted.entrySet()) {
      ObjectNode field = header.putObject(entry.getKey()).put("dtype", "F32");
      entry.getValue().shape().forEach(field.putArray("shape")::add);
      long end = offset + (long) entry.getValue().values().length * Float.BYTES;
      field.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    int padded = Math.ceilDiv(json.length, Long.BYTES) * Long.BYTES;
    ByteBuffer file =
        ByteBuffer.allocate(Math.toIntExact(Long.BYTES + padded + offset))
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(padded)
            .put(json);
    while (file.position() < Long.BYTES + padded) {
      file.put((byte) ' ');
    }
    for (Tensor tensor : sorted.values()) {
      file.asFloatBuffer().put(tensor.values());
      file.position(file.position() + tensor.values().length * Float.BYTES);
    }
    return file.array();
  }

  /**
   * Reads a file's bytes; tensors come in the order of their data.
   *
   * @throws IllegalArgumentException in one line, without the file's name
   */
  static SequencedMap<String, Tensor> read(byte[] bytes) {
    return read(ByteBuffer.wrap(bytes), _ -> true);
  }

  /**
   * The same, of a file that may be mapped, and only some of the tensors: the others are checked as
   * far as the header goes, and not copied.
   *
   * @param wanted by name
   */
  static SequencedMap<String, Tensor> read(ByteBuffer bytes, Predicate<String> wanted) {
    if (bytes.remaining() < Long.BYTES) {
      throw new IllegalArgumentException(
          "is " + bytes.remaining() + " bytes long, valid is at least 8");
    }
    ByteBuffer file = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    long headerLength = file.getLong();
    if (headerLength < 2 || headerLength > file.remaining()) {
      throw new IllegalArgumentException(
          "claims a header of %s bytes, valid is 2 to the %d bytes that follow"
              .formatted(Long.toUnsignedString(headerLength), file.remaining()));
    }
    List<Extent> extents = extents(header(file, (int) headerLength));
    ByteBuffer data =
        file.slice(Long.BYTES + (int) headerLength, file.remaining() - (int) headerLength)
            .order(ByteOrder.LITTLE_ENDIAN);
    requireFilled(extents, data.remaining());
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (Extent extent : extents) {
      if (!wanted.test(extent.name)) {
        continue;
      }
      float[] values = new float[(int) ((extent.end - extent.begin) / Float.BYTES)];
      data.slice((int) extent.begin, values.length * Float.BYTES)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(values);
      tensors.put(extent.name, new Tensor(extent.shape, values));
    }
    return tensors;
  }

  /** The facts in a file that {@link #read} has read. */
  static Map<String, String> metadata(ByteBuffer bytes) {
    ByteBuffer file = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    Map<String, String> metadata = new TreeMap<>();
    header(file, (int) file.getLong())
        .path(METADATA)
        .properties()
        .forEach(fact -> metadata.put(fact.getKey(), fact.getValue().asText()));
    return metadata;
  }

  private static ObjectNode header(ByteBuffer file, int length) {
    byte[] json = new byte[length];
    file.get(Long.BYTES, json);
    try {
      if (JSON.readTree(json) instanceof ObjectNode header) {
        return header;
      }
    } catch (JacksonException e) {
      throw new IllegalArgumentException("header is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory are always readable", e);
    }
    throw new IllegalArgumentException("header is not a JSON object");
  }

  private static List<Extent> extents(ObjectNode header) {
    List<Extent> extents = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : header.properties()) {
      if (!field.getKey().equals(METADATA)) {
        extents.add(extent(field.getKey(), field.getValue()));
      }
    }
    extents.sort(Comparator.comparingLong(Extent::begin).thenComparingLong(Extent::end));
    return extents;
  }

  private static Extent extent(String name, JsonNode tensor) {
    String type = tensor.path("dtype").asText("");
    if (!type.equals("F32")) {
      throw new IllegalArgumentException(
          "tensor %s has dtype \"%s\", valid is F32".formatted(name, type));
    }
    List<Integer> shape = new ArrayList<>();
    long elements = 1;
    for (long size : wholeNumbers(name, tensor, "shape")) {
      // Both factors are below 2^31 here, so the product cannot overflow before it is checked.
      elements *= Math.min(size, Integer.MAX_VALUE);
      if (elements > Integer.MAX_VALUE / Float.BYTES) {
        throw new IllegalArgumentException(
            "tensor %s has shape %s, valid is less than 2 GiB"
                .formatted(name, tensor.path("shape")));
      }
      shape.add((int) size);
    }
    List<Long> offsets = wholeNumbers(name, tensor, "data_offsets");
    if (offsets.size() != 2 || offsets.get(1) - offsets.get(0) != elements * Float.BYTES) {
      throw new IllegalArgumentException(
          "tensor %s has data_offsets %s, its shape %s needs %d bytes"
              .formatted(name, offsets, shape, elements * Float.BYTES));
    }
    return new Extent(name, shape, offsets.get(0), offsets.get(1));
  }

  private static List<Long> wholeNumbers(String name, JsonNode tensor, String field) {
    List<Long> numbers = new ArrayList<>();
    if (tensor.path(field) instanceof ArrayNode array) {
      for (JsonNode number : array) {
        if (!number.isIntegralNumber() || !number.canConvertToLong() || number.asLong() < 0) {
          throw new IllegalArgumentException(
              "tensor %s has %s %s, valid are whole numbers from 0".formatted(name, field, array));
        }
        numbers.add(number.asLong());
      }
      return numbers;
    }
    throw new IllegalArgumentException("tensor %s has no list %s".formatted(name, field));
  }

  private static void requireFilled(List<Extent> extents, long dataBytes) {
    long next = 0;
    for (Extent extent : extents) {
      if (extent.begin != next) {
        throw new IllegalArgumentException(
            "tensor %s begins at byte %d of the data, valid is %d: no holes, no overlaps"
                .formatted(extent.name, extent.begin, next));
      }
      next = extent.end;
    }
    if (next != dataBytes) {
      throw new IllegalArgumentException(
          "holds %d bytes of data, its header describes %d".formatted(dataBytes, next));
    }
  }
}
