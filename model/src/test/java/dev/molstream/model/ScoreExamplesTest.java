package dev.molstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoreExamplesTest {
  private static final String VALID =
      """
      {"items":[{"itemId":"1","title":"Heat (1995)","categories":["Crime"],"attributes":{},
                 "contentEmbedding":[0.5],"features":[17,405]}],
       "queries":[{"history":["1"],"actions":[3],"times":[1000],"requestTime":2000,
                   "scores":{"1":4.25}}]}
      """;

  @TempDir Path folder;

  @Test
  void readsItemsAndQueries() throws IOException {
    ScoreExamples examples = read(VALID);

    assertThat(examples.items())
        .containsExactly(
            new ScoreExamples.Item(
                "1", "Heat (1995)", List.of("Crime"), Map.of(), List.of(0.5f), List.of(17L, 405L)));
    assertThat(examples.queries())
        .containsExactly(
            new ScoreExamples.Query(
                List.of("1"), List.of(3L), List.of(1000L), 2000, Map.of("1", 4.25f)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          '"actions":[3],'    | ''                    | field queries[0].actions is missing
          '"title"'           | '"name":1,"title"'   | field items[0].name is unknown, valid are [attributes,
          '[1000]'            | '["yesterday"]'       | field queries[0].times[0] is "yesterday", valid is a whole number
          '[17,405]'          | '17'                  | field items[0].features is 17, valid is a list
          '"1":4.25'          | '"1":null'            | field queries[0].scores.1 is null, valid is a number
          '"1":4.25'          | ''                    | field queries[0]: it has a history of 1 and 0 scores, valid is at least one of each
          '[3]'               | '[3,3]'               | field queries[0]: it has a history of 1, 2 actions and 1 times, valid are as many of each
          '"scores":{"1"'     | '"scores":{"2"'       | item 2 of a query is not among the items
          '"history":["1"]'   | '"history":["3"]'     | item 3 of a query is not among the items
          '}}]}'              | '}}]'                 | is not JSON: line 5
          """)
  void refusesWhatIsNotWholeWithOneLine(String found, String replacement, String message) {
    assertThat(VALID).contains(found);
    assertThatExceptionOfType(InvalidBundleException.class)
        .isThrownBy(() -> read(VALID.replace(found, replacement)))
        .withMessageStartingWith(folder.resolve("examples.json") + ": ")
        .withMessageContaining(message)
        .satisfies(refused -> assertThat(refused).message().doesNotContain("\n"));
  }

  @Test
  void refusesNoQueriesItemsThatComeTwiceAndAMissingFile() {
    Path nowhere = folder.resolve("nowhere.json");
    assertThatExceptionOfType(InvalidBundleException.class)
        .isThrownBy(() -> ScoreExamples.read(nowhere))
        .withMessage(nowhere + " is missing");
    assertThatExceptionOfType(InvalidBundleException.class)
        .isThrownBy(() -> read("{\"items\":[],\"queries\":[]}"))
        .withMessageEndingWith("queries is empty, valid is at least one");
    String item = VALID.substring(VALID.indexOf("{\"itemId\""), VALID.indexOf("],\n \"queries"));
    assertThatExceptionOfType(InvalidBundleException.class)
        .isThrownBy(() -> read(VALID.replace(item, item + "," + item)))
        .withMessageEndingWith("item 1 comes twice");
  }

  private ScoreExamples read(String json) throws IOException {
    return ScoreExamples.read(Files.writeString(folder.resolve("examples.json"), json));
  }
}
