package dev.molstream.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/** Asks a service's operations endpoint. Any thread. */
public final class ServiceProbe implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final URI service;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

  private ServiceProbe(URI service) {
    this.service = service;
  }

  /** A probe of the service that listens there, such as {@code http://127.0.0.1:8082}. */
  public static ServiceProbe of(URI service) {
    return new ServiceProbe(service);
  }

  /** Whether it says that it is ready. */
  public boolean isReady() {
    HttpResponse<String> answer = get("/health/ready");
    return answer != null && answer.statusCode() == 200;
  }

  /** The sum of a gauge's or counter's series; 0 when there are none or nobody answers. */
  public double sum(String metric) {
    HttpResponse<String> answer = get("/metrics");
    if (answer == null) {
      return 0;
    }
    return answer
        .body()
        .lines()
        .filter(line -> line.startsWith(metric + "{") || line.startsWith(metric + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .filter(value -> !Double.isNaN(value))
        .sum();
  }

  @Override
  public void close() {
    client.close();
  }

  private @Nullable HttpResponse<String> get(String path) {
    try {
      return client.send(
          HttpRequest.newBuilder(service.resolve(path)).timeout(PATIENCE).build(),
          BodyHandlers.ofString());
    } catch (IOException e) {
      return null; // it does not listen yet, or any more
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
