package dev.molstream.schemas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP to a schema registry. A registry that does not answer, or answers that it cannot just now,
 * is asked again, at every URL in turn, until the patience is over; any other answer is returned.
 * Thread-safe, and blocking.
 */
final class RegistryConnection implements AutoCloseable {
  /** How long a registry may be down: well below the five minutes a Kafka consumer may take. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(RegistryConnection.class);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
  private static final long FIRST_WAIT_MILLIS = 100;
  private static final long LONGEST_WAIT_MILLIS = 2_000;
  private static final Set<Integer> PASSING_TROUBLE = Set.of(408, 429, 500, 502, 503, 504);
  private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final List<URI> urls;
  private final @Nullable String authorization;
  private final Duration patience;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  /**
   * @param userInfo {@code USER:PASSWORD}, or null
   * @param patience how long to go on asking
   */
  RegistryConnection(List<URI> urls, @Nullable String userInfo, Duration patience) {
    this.urls = List.copyOf(urls);
    this.authorization =
        userInfo == null
            ? null
            : "Basic "
                + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
    this.patience = patience;
  }

  /** Asks for {@code path}, which begins with a slash and comes after the registry's own path. */
  Reply get(String path) {
    return ask(path, null);
  }

  /** Posts JSON to {@code path}. */
  Reply post(String path, String json) {
    return ask(path, json);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  private Reply ask(String path, @Nullable String json) {
    long deadline = System.nanoTime() + patience.toNanos();
    long wait = FIRST_WAIT_MILLIS;
    for (int attempt = 0; ; attempt++) {
      URI url = URI.create(withoutSlash(urls.get(attempt % urls.size())) + path);
      String trouble;
      IOException cause = null;
      try {
        HttpResponse<String> response = client.send(request(url, json), BodyHandlers.ofString());
        if (!PASSING_TROUBLE.contains(response.statusCode())) {
          return new Reply(url, response.statusCode(), response.body());
        }
        trouble = "HTTP status " + response.statusCode();
      } catch (IOException e) {
        trouble = e.toString();
        cause = e;
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
      if (System.nanoTime() - deadline >= 0) {
        throw new SchemaRegistryException(
            "the schema registry does not answer at %s: %s".formatted(url, trouble), cause);
      }
      LOG.warn("the schema registry does not answer at {}, asking again: {}", url, trouble);
      if (attempt % urls.size() == urls.size() - 1) {
        pause(wait);
        wait = Math.min(2 * wait, LONGEST_WAIT_MILLIS);
      }
    }
  }

  private HttpRequest request(URI url, @Nullable String json) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .timeout(ANSWER_TIMEOUT)
            .header("Accept", MEDIA_TYPE + ", application/json");
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    if (json != null) {
      request.header("Content-Type", MEDIA_TYPE).POST(BodyPublishers.ofString(json));
    }
    return request.build();
  }

  private static String withoutSlash(URI url) {
    String text = url.toString();
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /**
   * What the registry said.
   *
   * @param status HTTP status
   */
  record Reply(URI url, int status, String body) {
    boolean isOk() {
      return status == 200;
    }

    /** True for this error code of the registry: another 404 means that no registry is there. */
    boolean isError(int code) {
      if (isOk()) {
        return false;
      }
      try {
        return MAPPER.readTree(body).path("error_code").asInt() == code;
      } catch (JsonProcessingException notJson) {
        return false;
      }
    }

    /** For an answer that is of no use. */
    SchemaRegistryException refused() {
      return new SchemaRegistryException(
          "the schema registry at %s refuses with HTTP status %d: %s"
              .formatted(url, status, RecordFormatException.shown(body)),
          null);
    }
  }
}
