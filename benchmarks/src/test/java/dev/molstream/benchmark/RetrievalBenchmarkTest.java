package dev.molstream.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.molstream.benchmark.measure.Contestants;
import dev.molstream.benchmark.report.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetrievalBenchmarkTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ITEMS = 400;
  private static final int K = 10;

  @TempDir Path folder;

  @Test
  void handsOnARowPerAlgorithmFilterAndPeerWithTheFieldsReliedOn() throws Exception {
    // given
    List<Row> rows = new ArrayList<>();

    // when
    RetrievalBenchmark.run(
        settings(null, true, new Mixture(2, 3, 8, 16)),
        Examples.data(),
        "films",
        folder,
        BenchmarkProgress.none(),
        rows::add);

    // then
    JsonNode machine = ofKind(rows, "machine").getFirst();
    assertThat(machine.get("readGBps").asDouble()).isPositive();
    assertThat(machine.get("fmaGflops").asDouble()).isPositive();
    assertThat(names(machine)).contains("cpu", "jvm", "commit", "cores", "loadAverage");
    assertThat(ofKind(rows, "catalogue").getFirst().get("realItems").asInt())
        .isEqualTo(Examples.ITEMS);

    List<JsonNode> searches = ofKind(rows, "retrieval");
    assertThat(searches).hasSize(2 * Contestants.ALL.size() + 1); // one thread, one pass, two
    for (JsonNode search : searches) {
      assertThat(names(search))
          .contains("algorithm", "setting", "shape", "batch", "recall", "p50Millis", "p99Millis")
          .contains("microsPerItem", "speedupOverExact", "candidates", "bytesPerItem");
      assertThat(search.get("items").asInt()).isEqualTo(ITEMS);
      assertThat(search.get("k").asInt()).isEqualTo(K);
      if (search.get("algorithm").asText().startsWith("exact")) {
        assertThat(search.get("recall").asDouble()).isEqualTo(1);
      } else {
        assertThat(search.get("recall").asDouble()).isBetween(0.1, 1.0);
      }
    }
    assertThat(names(searches.getFirst())).contains("allocatedBytesPerQuery");
    assertThat(searches.getLast().get("threads").asInt()).isEqualTo(2);

    assertThat(ofKind(rows, "filter"))
        .extracting(row -> row.get("filter").asText())
        .contains("independent", "correlated");
    assertThat(ofKind(rows, "updates").getFirst().get("writtenPerSecond").asDouble()).isPositive();
    assertThat(ofKind(rows, "baseline"))
        .extracting(row -> row.get("name").asText())
        .contains("libtorch", "lucene-hnsw", "jvector");
    assertThat(ofKind(rows, "baseline"))
        .allMatch(row -> !row.has("recall") || row.get("recall").asDouble() > 0.9);
  }

  @Test
  void refusesABundleOfAnotherShape() {
    Path bundle = folder.resolve("bundle");
    Examples.bundle(bundle);

    assertThatExceptionOfType(InvalidBenchmarkException.class)
        .isThrownBy(
            () ->
                RetrievalBenchmark.run(
                    settings(bundle, false, new Mixture(8, 8, 32, 128)),
                    Examples.data(),
                    "films",
                    folder,
                    BenchmarkProgress.none(),
                    row -> {}))
        .withMessage("--shape 8x8x32, valid is the bundle's, 2x3x4");
  }

  private static BenchmarkSettings settings(
      @Nullable Path bundle, boolean random, Mixture mixture) {
    return new BenchmarkSettings(
        ITEMS,
        mixture,
        K,
        bundle,
        random,
        2,
        4,
        false,
        true,
        500,
        ITEMS,
        dev.molstream.retrieval.VectorFormat.FLOAT32,
        Effort.GLANCE,
        1);
  }

  private static List<JsonNode> ofKind(List<Row> rows, String kind) throws Exception {
    List<JsonNode> nodes = new ArrayList<>();
    for (Row row : rows) {
      if (row.kind().equals(kind)) {
        nodes.add(JSON.readTree(row.toJson()));
      }
    }
    return nodes;
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    for (Iterator<String> i = node.fieldNames(); i.hasNext(); ) {
      names.add(i.next());
    }
    return names;
  }
}
