package dev.molstream.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** A schema registry in this process: schemas by id and subject, and what it was asked. */
final class FakeRegistry implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String BASE = "/apis/ccompat/v7";
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** What it was asked, {@code METHOD PATH}. */
  final List<String> asked = new CopyOnWriteArrayList<>();

  /** The Authorization headers that came. */
  final List<String> authorizations = new CopyOnWriteArrayList<>();

  /** So many of the next requests get status 503. */
  final AtomicInteger failures = new AtomicInteger();

  private final HttpServer server;
  private final Map<Integer, String> answers = new TreeMap<>();
  private final Map<String, List<Integer>> subjects = new TreeMap<>();

  FakeRegistry() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), BASE));
  }

  /** A client that gives up soon. */
  SchemaRegistry client() {
    return client(true);
  }

  SchemaRegistry client(boolean register) {
    return new SchemaRegistry(new RegistryConnection(List.of(url()), null, PATIENCE), register);
  }

  /** Registers a schema as another program would. */
  synchronized int add(String subject, Schema schema) {
    return add(subject, answer(schema.toString()));
  }

  /** Registers a schema that refers to the first version of another subject. */
  synchronized int add(String subject, String schema, String referredName, String referredSubject) {
    ObjectNode answer = answer(schema);
    answer
        .putArray("references")
        .addObject()
        .put("name", referredName)
        .put("subject", referredSubject)
        .put("version", 1);
    return add(subject, answer);
  }

  synchronized int addJsonSchema(String subject) {
    return add(subject, answer("{\"type\":\"object\"}").put("schemaType", "JSON"));
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private synchronized int add(String subject, ObjectNode answer) {
    int id =
        answers.entrySet().stream()
            .filter(known -> known.getValue().equals(answer.toString()))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse(answers.size() + 1);
    answers.put(id, answer.toString());
    List<Integer> versions = subjects.computeIfAbsent(subject, _ -> new ArrayList<>());
    if (!versions.contains(id)) {
      versions.add(id);
    }
    return id;
  }

  private static ObjectNode answer(String schema) {
    return MAPPER.createObjectNode().put("schema", schema);
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    asked.add(exchange.getRequestMethod() + " " + path);
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    if (authorization != null) {
      authorizations.add(authorization);
    }
    JsonNode body = MAPPER.readTree(exchange.getRequestBody());
    if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      respond(exchange, 503, "busy");
    } else if (!path.startsWith(BASE)) {
      respond(exchange, 404, "<html>nothing here</html>");
    } else {
      route(exchange, path.substring(BASE.length() + 1).split("/"), body);
    }
  }

  private void route(HttpExchange exchange, String[] path, JsonNode body) throws IOException {
    if (path[0].equals("schemas")) {
      String answer = answers.get(Integer.parseInt(path[2]));
      respond(exchange, answer, 40403);
    } else if (path.length == 4) { // subjects/S/versions/V
      int id = subjects.getOrDefault(path[1], List.of()).get(Integer.parseInt(path[3]) - 1);
      respond(exchange, answers.get(id), 40402);
    } else if (path.length == 3) { // POST subjects/S/versions
      int id = add(path[1], answer(body.path("schema").asText()));
      respond(exchange, "{\"id\":" + id + "}", 0);
    } else { // POST subjects/S
      String wanted = answer(body.path("schema").asText()).toString();
      Integer id =
          subjects.getOrDefault(path[1], List.of()).stream()
              .filter(known -> wanted.equals(answers.get(known)))
              .findFirst()
              .orElse(null);
      respond(exchange, id == null ? null : "{\"id\":" + id + "}", 40401);
    }
  }

  private static void respond(HttpExchange exchange, @Nullable String found, int absentCode)
      throws IOException {
    if (found == null) {
      respond(exchange, 404, "{\"error_code\":" + absentCode + ",\"message\":\"not found\"}");
    } else {
      respond(exchange, 200, found);
    }
  }

  private static void respond(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
