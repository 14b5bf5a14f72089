package dev.molstream.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * Metrics and health over HTTP: {@code /metrics} in Prometheus' text format, {@code /health/live}
 * and {@code /health/ready} as JSON with status 200 or 503 ({@code
 * {"status":"down","problems":["…"]}}, with {@code warnings} where there are any), 404 for
 * everything else; readiness is also the metric {@link MolstreamMetric#READY}. One virtual thread
 * per request.
 */
public final class OperationsEndpoint implements AutoCloseable {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String JSON = "application/json";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService executor;

  private OperationsEndpoint(HttpServer server, ExecutorService executor) {
    this.server = server;
    this.executor = executor;
  }

  /**
   * Starts listening.
   *
   * @param port 0 for any free one
   * @throws InvalidConfigException when the address cannot be listened on
   */
  public static OperationsEndpoint start(
      String host, int port, PrometheusMeterRegistry registry, Health health) {
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(host, port), 0);
    } catch (IOException | IllegalArgumentException refused) {
      throw new InvalidConfigException(
          "cannot listen on http.host=%s, http.port=%d: %s"
              .formatted(host, port, refused.getMessage()));
    }
    ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(executor);
    server.createContext(
        "/",
        exchange -> {
          switch (exchange.getRequestURI().getPath()) {
            case "/metrics" -> respond(exchange, 200, TEXT, registry.scrape());
            case "/health/live" ->
                respond(exchange, health.broken().get(), health.warnings().get());
            case "/health/ready" ->
                respond(
                    exchange,
                    Stream.of(health.broken(), health.missing())
                        .flatMap(problems -> problems.get().stream())
                        .toList(),
                    health.warnings().get());
            default ->
                respond(
                    exchange,
                    404,
                    JSON,
                    "{\"valid\":[\"/metrics\",\"/health/live\",\"/health/ready\"]}");
          }
        });
    MolstreamMetric.READY.gauge(registry, () -> health.isReady() ? 1 : 0);
    server.start();
    return new OperationsEndpoint(server, executor);
  }

  /** The port it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    executor.close();
  }

  private static void respond(HttpExchange exchange, List<String> problems, List<String> warnings)
      throws IOException {
    boolean up = problems.isEmpty();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("status", up ? "up" : "down");
    if (!up) {
      body.put("problems", problems);
    }
    if (!warnings.isEmpty()) {
      body.put("warnings", warnings);
    }
    respond(exchange, up ? 200 : 503, JSON, json(body));
  }

  private static void respond(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      exchange.getResponseHeaders().set("Content-Type", type);
      boolean headOnly = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(status, headOnly ? -1 : bytes.length);
      if (!headOnly) {
        exchange.getResponseBody().write(bytes);
      }
    }
  }

  private static String json(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
