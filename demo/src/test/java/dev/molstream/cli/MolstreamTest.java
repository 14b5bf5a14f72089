package dev.molstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.model.ModelBundle;
import dev.molstream.model.RandomBundle;
import dev.molstream.retrieval.MolShape;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MolstreamTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          frob                                   | 'frob'         | demo, answers, broker, topics
          demo --requests 0                      | --requests 0   | from 1
          demo --requests many                   | many           | --requests
          demo --data /no/such/folder            | /no/such/folder| movies.dat and ratings.dat, or movies.csv and ratings.csv
          demo --frob                            | --frob         | demo
          answers --frob                         | --frob         | answers
          broker --port 70000                    | 70000          | 0 to 65535
          broker --port x                        | x              | 0 to 65535
          topics                                 | no subcommand  | create and describe
          topics create --topic-prefix a/b       | a/b            | letters, digits
          topics create --event-partitions 0     | 0 event        | 1 to 10000
          train                                  | --out          | BUNDLE
          train --out b --minutes 0              | --minutes 0    | from 1
          train --out b --hide-items 1           | --hide-items 1 | between 0 and 1
          evaluate --bundle b --algorithm magic  | magic          | EXACT, ADAPTIVE, AVERAGED
          evaluate --bundle b --users 0          | --users 0      | from 1
          bench                                  | no subcommand  | retrieval, stream, freshness, read-your-writes, restart, swap, sharded
          bench stream --rate 0                  | --rate 0       | from 1 to 100000
          bench stream --duration 0              | --duration 0   | from 1
          bench stream --guarantee maybe         | maybe          | at_least_once or exactly_once_v2
          bench stream --group-protocol new      | new            | classic or streams
          bench stream --stream-threads 0        | --stream-threads 0 | from 1 to 64
          bench stream --commit-interval 10,0    | --commit-interval 0 | from 1 to 60000
          bench stream --app-set frob=1          | frob           | did you mean
          bench stream --app-set frob            | frob           | KEY=VALUE
          bench stream --app-jvm fast            | fast           | -Xmx1g
          bench stream --data /no/such/folder    | /no/such/folder| movies.dat and ratings.dat, or movies.csv and ratings.csv
          bench freshness --samples 0            | --samples 0    | from 1
          bench freshness --rate -1              | --rate -1      | from 0 to 5000
          bench read-your-writes --pairs 0       | --pairs 0      | from 1
          bench read-your-writes --users 0       | --users 0      | from 1
          bench read-your-writes --users 1801    | --users 1801   | from 1 to 1800
          bench restart --items 5                | --items 5      | from 100 to 20000000
          bench restart --runs 0                 | --runs 0       | from 1
          bench sharded --instances 1            | --instances 1  | from 2 to 6
          bench swap --app-set frob=1            | frob           | did you mean
          load --duration 3                      | --rate         | required
          load --rate 0 --duration 3             | --rate 0       | from 1 to 100000
          load --rate 1 --duration 0             | --duration 0   | from 1
          load --rate 100000 --duration 86400    | --rate 100000  | 50,000,000
          load --rate 1 --duration 1 --k 1001    | --k 1001       | from 1 to 1000
          load --rate 1 --duration 1 --deadline 0 | --deadline 0  | from 1
          load --rate 1 --duration 1 --users /no/file | /no/file   | one a line
          bench retrieval --items 9 --k 10       | --items 9      | from 10 to 20000000
          bench retrieval --k 0                  | --k 0          | from 1 to 10000
          bench retrieval --threads 0            | --threads 0    | from 1 to 256
          bench retrieval --queries 0            | --queries 0    | from 1
          bench retrieval --updates -1           | --updates -1   | from 0
          bench retrieval --items 500 --peers-items 900 | --peers-items 900 | from 100 to 500
          bench retrieval --shape 8x8            | 8x8            | 8x8x32 or 8x8x32x128
          bench retrieval --shape 65x8x32        | 65x8x32        | 1 to 64
          bench retrieval --random --bundle b    | --random       | without --bundle
          bench retrieval --report page.html     | page.html      | ends in .md
          experiment                             | NAME           | parameter
          experiment frob                        | 'frob'         | universality, load-balancing, alpha, similarities, components, error-bounds, retrieval-scaling
          experiment universality --bundle b     | --bundle       | --report, --seed
          experiment alpha --similarity dot      | dot            | mol
          experiment components --shapes 8x8     | 8x8            | 8x8x32 or 8x8x32x128
          experiment components --k 0            | --k 0          | from 1
          experiment alpha --seeds 0             | --seeds 0      | from 1 to 100
          experiment error-bounds --report a.txt | a.txt          | ends in .md
          replay --speed 0                       | --speed 0      | above 0
          replay --speed fast                    | fast           | --speed
          replay --schema-registry registry:8081 | registry:8081  | http://HOST:PORT
          reset                                  | SERVICE        | parameter
          reset frob                             | frob           | stream-app and index-updater
          stream-app --set frob=1                | frob           | did you mean http.host
          """)
  void refusesBadArgumentsWithOneLineThatSaysWhatIsValid(
      String arguments, String named, String valid) {
    int status = run(arguments.split(" +"));

    assertThat(status).isEqualTo(2);
    assertThat(err()).contains(named).contains(valid);
    assertThat(err().strip().lines()).as(err()).hasSize(1);
    assertThat(out()).isEmpty();
  }

  @Test
  void failsWithOneLineAtABadLineOfTheData() throws Exception {
    Files.writeString(directory.resolve("movies.dat"), "1::Heat (1995)::Action\n");
    Files.writeString(directory.resolve("ratings.dat"), "1::1::9::978300760\n");

    int status = run("demo", "--data", directory.toString());

    assertThat(status).isEqualTo(1);
    assertThat(err().strip())
        .isEqualTo("molstream demo: ratings.dat:1: rating \"9\", valid is a number from 0.5 to 5");
  }

  @Test
  void failsWithOneLineWhenNoBrokerAnswers() {
    int status = run("topics", "describe", "--bootstrap-server", "127.0.0.1:1");

    assertThat(status).isEqualTo(1);
    assertThat(err().strip().lines()).hasSize(1);
    assertThat(err()).contains("127.0.0.1:1");
  }

  @Test
  void failsWithOneLineWhenABundleIsNone() {
    int status = run("model", "verify", directory.toString());

    assertThat(status).isEqualTo(1);
    assertThat(err().strip().lines()).hasSize(1);
    assertThat(err()).contains("model.json");
  }

  @Test
  void saysWhatAValidBundleHolds() {
    Path bundle = directory.resolve("bundle");
    RandomBundle.write(
        bundle, "random-1", new MolShape(6, 3, 2, 4, 5, 0.05f), List.of("1", "2"), 7);

    assertThat(run("model", "verify", bundle.toString())).isZero();
    assertThat(out())
        .isEqualTo(bundle + " is a valid bundle. " + ModelBundle.read(bundle).summary() + "\n");
    out.reset();
    assertThat(run("model", "verify", "--json", bundle.toString())).isZero();
    assertThat(out())
        .contains("\"sha256\":\"" + ModelBundle.read(bundle).sha256() + "\"")
        .contains("\"trainedItems\":2")
        .doesNotContain("largestDifference");
  }

  @Test
  void failsWithOneLineWhenExamplesAreNotThere() {
    Path bundle = directory.resolve("bundle");
    RandomBundle.write(
        bundle, "random-1", new MolShape(6, 3, 2, 4, 5, 0.05f), List.of("1", "2"), 7);

    int status = run("model", "verify", bundle.toString(), "--examples", "/no/such.json");

    assertThat(status).isEqualTo(1);
    assertThat(err()).isEqualTo("molstream model verify: /no/such.json is missing\n");
    assertThat(out()).isEmpty();
  }

  @Test
  void printsItsHelpToStdout() {
    assertThat(run("--help")).isZero();
    assertThat(out()).contains("demo", "broker", "topics", "train", "evaluate", "stream-app");
    assertThat(err()).isEmpty();
  }

  private int run(String... arguments) {
    return Molstream.run(
        new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), arguments);
  }

  private String out() {
    return out.toString(UTF_8);
  }

  private String err() {
    return err.toString(UTF_8);
  }
}
