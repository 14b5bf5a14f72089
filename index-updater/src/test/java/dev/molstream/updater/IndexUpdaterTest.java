package dev.molstream.updater;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.model.RandomBundle;
import dev.molstream.retrieval.MolShape;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexUpdaterTest {
  @TempDir Path folder;

  @Test
  void isLiveAndSaysWhatIsMissingWhileNoBrokerAnswers() throws Exception {
    // given
    Path bundle = folder.resolve("bundle");
    RandomBundle.write(bundle, "m1", new MolShape(4, 2, 2, 3, 5, 0.05f), List.of("a"), 1);
    IndexUpdaterConfig config =
        IndexUpdaterConfig.of(
            Map.of(
                "bootstrap.servers",
                "127.0.0.1:1",
                "model.bundle",
                bundle.toString(),
                "state.dir",
                folder.resolve("state").toString(),
                "http.port",
                "0"));

    // when
    IndexUpdater updater = IndexUpdater.start(config);
    try (updater;
        HttpClient client = HttpClient.newHttpClient()) {

      // then
      assertThat(updater.isReady()).isFalse();
      assertThat(get(client, updater.port(), "/health/live").statusCode()).isEqualTo(200);
      assertThat(get(client, updater.port(), "/health/ready").body()).contains("not RUNNING");
      assertThat(get(client, updater.port(), "/metrics").body())
          .contains("molstream_model_info{", "model=\"m1\"")
          .contains("molstream_ready{service=\"index-updater\"} 0.0")
          .contains("kafka_stream_");
    }
    updater.close();
  }

  private static HttpResponse<String> get(HttpClient client, int port, String path)
      throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }
}
