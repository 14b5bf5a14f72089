package dev.molstream.demo;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;

/** An Apicurio registry in a process of its own, and another program's view of it. */
final class ApicurioServer implements AutoCloseable {
  private static final String ARTIFACT = "io.apicurio:apicurio-registry-app:3.3.3:tar.gz:all";
  private static final Path UNPACKED =
      Path.of("target", "apicurio-registry-3.3.3").toAbsolutePath();
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final URI url;

  private ApicurioServer(Process process, int port) {
    this.process = process;
    this.url = URI.create("http://127.0.0.1:" + port + "/apis/ccompat/v7");
  }

  /** Fetches it through Maven, once, and starts it; empty where it cannot be fetched. */
  static Optional<ApicurioServer> start(Path directory) throws IOException, InterruptedException {
    Path jar = UNPACKED.resolve("quarkus-run.jar");
    if (!Files.exists(jar) && !fetch(directory)) {
      return Optional.empty();
    }
    int port = freePort();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.management.host=127.0.0.1",
                "-Dquarkus.management.port=" + freePort(),
                "-jar",
                jar.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("apicurio.log").toFile())
            .start();
    ApicurioServer server = new ApicurioServer(process, port);
    try {
      await().atMost(Duration.ofMinutes(2)).until(server::isUp);
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    return Optional.of(server);
  }

  /** Where its Confluent interface is. */
  URI url() {
    return url;
  }

  /** Registers a schema; returns its id. */
  int register(String subject, Schema schema) {
    String body = MAPPER.createObjectNode().put("schema", schema.toString()).toString();
    return ask(HttpRequest.newBuilder(URI.create(url + "/subjects/" + subject + "/versions"))
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .POST(BodyPublishers.ofString(body)))
        .path("id")
        .intValue();
  }

  /** The schema under an id. */
  Schema schema(int id) {
    return new Schema.Parser()
        .parse(
            ask(HttpRequest.newBuilder(URI.create(url + "/schemas/ids/" + id)))
                .path("schema")
                .textValue());
  }

  /** Kills it. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
    http.close();
  }

  private boolean isUp() {
    if (!process.isAlive()) {
      throw new IllegalStateException("the registry ended with " + process.exitValue());
    }
    try {
      return http.send(
                  HttpRequest.newBuilder(URI.create(url + "/subjects")).build(),
                  BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private JsonNode ask(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new IllegalStateException(response.statusCode() + ": " + response.body());
      }
      return MAPPER.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean fetch(Path directory) throws IOException, InterruptedException {
    List<String> command =
        List.of(
            "mvn",
            "-q",
            "-B",
            "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack",
            "-Dartifact=" + ARTIFACT,
            "-DoutputDirectory=" + UNPACKED);
    try {
      Process maven =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("fetch.log").toFile())
              .start();
      if (!maven.waitFor(5, TimeUnit.MINUTES)) {
        maven.destroyForcibly();
        return false;
      }
      return maven.exitValue() == 0;
    } catch (IOException noMaven) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
