package dev.molstream.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OperationsEndpointTest {
  private final List<String> broken = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();
  private final ServiceMetrics metrics = ServiceMetrics.of("test");
  private final HttpClient client = HttpClient.newHttpClient();
  private OperationsEndpoint endpoint;

  @BeforeEach
  void start() {
    endpoint =
        OperationsEndpoint.start(
            "127.0.0.1", 0, metrics.registry(), new Health(() -> broken, () -> missing));
  }

  @AfterEach
  void stop() {
    client.close();
    endpoint.close();
    metrics.close();
  }

  @Test
  void servesMetrics() throws Exception {
    MolstreamMetric.REQUESTS.counter(metrics.registry(), "OK").increment();

    HttpResponse<String> response = get("/metrics");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(response.body())
        .contains("molstream_requests_total{service=\"test\",status=\"OK\"} 1.0");
  }

  @Test
  void saysWhatIsMissing() throws Exception {
    missing.add("item \"index\": 3 of 10 items");

    assertThat(get("/health/ready").statusCode()).isEqualTo(503);
    assertThat(get("/health/ready").body())
        .contains("\"status\":\"down\"", "[\"item \\\"index\\\": 3 of 10 items\"]");
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void isNeitherLiveNorReadyWhenBroken() throws Exception {
    broken.add("streams failed");

    assertThat(get("/health/live").statusCode()).isEqualTo(503);
    assertThat(get("/health/ready").body()).contains("streams failed");
  }

  @Test
  void isReadyWhenNothingIsMissing() throws Exception {
    HttpResponse<String> response = get("/health/ready");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{\"status\":\"up\"}");
  }

  @Test
  void namesTheValidPathsAtAnyOther() throws Exception {
    HttpResponse<String> response = get("/health/readyness");

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).contains("/health/ready");
  }

  @Test
  void saysWhichAddressItCannotListenOn() {
    assertThatThrownBy(
            () ->
                OperationsEndpoint.start(
                    "127.0.0.1",
                    endpoint.port(),
                    metrics.registry(),
                    new Health(List::of, List::of)))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("http.port=" + endpoint.port());
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + endpoint.port() + path);
    return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }
}
