package dev.molstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.molstream.model.RandomBundle;
import dev.molstream.retrieval.MolShape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandTest {
  private static final int ITEMS = 50;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final SplittableRandom random = new SplittableRandom(1);

  @TempDir Path directory;

  @BeforeEach
  void writeSessionsAndABundleThatKnowsAllButTheLastFiveItems() throws IOException {
    Path data = Files.createDirectory(directory.resolve("data"));
    Files.writeString(data.resolve("train.txt"), sessions(120), UTF_8);
    Files.writeString(data.resolve("test.txt"), sessions(30), UTF_8);
    RandomBundle.write(
        directory.resolve("bundle"),
        "some-model",
        new MolShape(8, 2, 2, 4, 4, 0.05f),
        IntStream.range(0, ITEMS - 5).mapToObj(item -> "i" + item).toList(),
        1);
  }

  @Test
  void printsWhatIsReliedOnAsJson() throws IOException {
    int status = evaluate("--json", "--algorithm", "averaged", "--candidates", "10");

    JsonNode line = new ObjectMapper().readTree(out.toString(UTF_8));
    assertThat(status).as(err.toString(UTF_8)).isZero();
    assertThat(line.properties())
        .extracting(Map.Entry::getKey)
        .contains("event", "dataset", "users", "items", "encoder", "similarity", "algorithm")
        .contains("hr@1", "hr@5", "hr@10", "hr@20", "hr@50", "hr@100", "hr@200")
        .contains("ndcg@10", "ndcg@50", "mrr", "hr@10.low", "hr@10.high", "mrr.low")
        .contains("popularity.hr@10", "itemKnn.hr@10", "markov.hr@10", "markov.ndcg@10")
        .contains("cold.hr@10", "cold.popularity.hr@10", "cold.random.hr@10");
    assertThat(line.path("event").asText()).isEqualTo("evaluation");
    assertThat(line.path("users").asInt()).isEqualTo(30);
    assertThat(line.path("items").asInt()).isEqualTo(ITEMS);
    assertThat(line.path("algorithm").asText()).isEqualTo("averaged");
    assertThat(line.path("targets").asText()).isEqualTo("test");
    assertThat(line.path("hr@100").asDouble()).isEqualTo(1);
    assertThat(line.path("hr@10").asDouble())
        .isBetween(line.path("hr@10.low").asDouble(), line.path("hr@10.high").asDouble());
    assertThat(line.path("recallOfExact@10").asDouble()).isBetween(0.1, 0.99);
    assertThat(line.path("recallOfExact@100").asDouble()).isEqualTo(1);
    assertThat(line.path("cold.items").asInt()).isEqualTo(5);
    assertThat(line.path("cold.random.hr@10").asDouble()).isEqualTo(1);
    assertThat(line.path("byPopularity").findValuesAsText("name")).contains("head", "tail");
    assertThat(line.has("against")).isFalse();
  }

  @Test
  void printsATableAndComparesWithAnotherBundle() {
    String bundle = directory.resolve("bundle").toString();

    int status = evaluate("--users", "20", "--against", bundle);

    assertThat(status).as(err.toString(UTF_8)).isZero();
    assertThat(out.toString(UTF_8))
        .contains("some-model (random, mol 2x2x4) on data: the test item of 20 users")
        .containsPattern("model +95 % interval +popularity +itemKnn +markov")
        .containsPattern("hr@10 +0\\.\\d{4} +0\\.\\d{4} to 0\\.\\d{4}( +\\d\\.\\d{4}){3}")
        .contains("hr@10 by popularity of the item")
        .contains("5 items are new to the model")
        .containsPattern("hr@10 +\\+0\\.0000 +0\\.0000 to 0\\.0000");
  }

  private int evaluate(String... options) {
    String[] arguments = {
      "evaluate", "--bundle", directory + "/bundle", "--data", directory + "/data"
    };
    return Molstream.run(
        new PrintStream(out, true, UTF_8),
        new PrintStream(err, true, UTF_8),
        Stream.of(arguments, options).flatMap(Arrays::stream).toArray(String[]::new));
  }

  /** Each with 3 to 8 items at random; the first ones together have them all. */
  private String sessions(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            session ->
                (session + 1)
                    + " i"
                    + session % ITEMS
                    + random
                        .ints(random.nextInt(2, 8), 0, ITEMS)
                        .mapToObj(item -> " i" + item)
                        .collect(Collectors.joining()))
        .collect(Collectors.joining("\n"));
  }
}
