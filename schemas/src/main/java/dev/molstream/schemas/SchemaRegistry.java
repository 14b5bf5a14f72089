package dev.molstream.schemas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A schema registry, asked through Confluent's REST interface. What it once said is kept for good:
 * a schema never changes under its id, so that a registry which is down is only missed by schemas
 * not seen before. Thread-safe; a call may wait for as long as the registry is down, see {@link
 * RegistryConnection}.
 */
final class SchemaRegistry implements AutoCloseable {
  private static final int NO_SUCH_SUBJECT = 40401;
  private static final int NO_SUCH_SCHEMA = 40403;
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final RegistryConnection connection;
  private final boolean register;
  private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
  private final Map<Registration, Integer> ids = new ConcurrentHashMap<>();

  private record Registration(String subject, Schema schema) {}

  SchemaRegistry(RegistryConnection connection, boolean register) {
    this.connection = connection;
    this.register = register;
  }

  /** The registry at {@code address}; not asked anything yet. */
  static SchemaRegistry at(RegistryAddress address) {
    return new SchemaRegistry(
        new RegistryConnection(address.urls(), address.userInfo(), RegistryConnection.PATIENCE),
        address.register());
  }

  /**
   * The schema with this id, with those it refers to.
   *
   * @return null when there is none, or it is not one of Avro
   * @throws SchemaRegistryException when the registry cannot be asked
   */
  @Nullable Schema schema(int id) {
    Schema known = schemas.get(id);
    if (known != null) {
      return known;
    }
    RegistryConnection.Reply reply = connection.get("/schemas/ids/" + id);
    if (reply.isError(NO_SUCH_SCHEMA)) {
      return null;
    }
    Schema schema = parsed(json(reply));
    if (schema != null) {
      schemas.put(id, schema);
    }
    return schema;
  }

  /**
   * The id of a schema under a subject, where it is put unless that is not allowed.
   *
   * @throws SchemaRegistryException when the registry cannot be asked, or refuses: the schema does
   *     not fit those before it, or is not there and must not be put there
   */
  int idOf(String subject, Schema schema) {
    Registration registration = new Registration(subject, schema);
    Integer known = ids.get(registration);
    return known != null ? known : ask(registration);
  }

  @Override
  public void close() {
    connection.close();
  }

  private int ask(Registration registration) {
    String subject = registration.subject();
    Schema schema = registration.schema();
    String path = "/subjects/" + URLEncoder.encode(subject, StandardCharsets.UTF_8);
    String body = MAPPER.createObjectNode().put("schema", schema.toString()).toString();
    RegistryConnection.Reply reply = connection.post(register ? path + "/versions" : path, body);
    if (!register && (reply.isError(NO_SUCH_SUBJECT) || reply.isError(NO_SUCH_SCHEMA))) {
      throw new SchemaRegistryException(
          "the current schema of %s is not in the schema registry under %s: register it, or set schema.registry.auto.register=true"
              .formatted(schema.getName(), subject),
          null);
    }
    JsonNode id = json(reply).path("id");
    if (!id.canConvertToInt()) {
      throw reply.refused();
    }
    ids.put(registration, id.intValue());
    return id.intValue();
  }

  private @Nullable Schema parsed(JsonNode answer) {
    if (!answer.path("schemaType").asText("AVRO").equals("AVRO")) {
      return null;
    }
    // What another program's schema has for defaults is its own affair.
    Schema.Parser parser = new Schema.Parser().setValidateDefaults(false);
    try {
      parseReferences(answer, parser);
      return parser.parse(answer.path("schema").asText());
    } catch (AvroRuntimeException notASchema) {
      return null;
    }
  }

  /** Makes the types that a schema refers to known to the parser, innermost first. */
  private void parseReferences(JsonNode answer, Schema.Parser parser) {
    for (JsonNode reference : answer.path("references")) {
      if (!parser.getTypes().containsKey(reference.path("name").asText())) {
        String subject =
            URLEncoder.encode(reference.path("subject").asText(), StandardCharsets.UTF_8);
        int version = reference.path("version").asInt();
        JsonNode referred =
            json(connection.get("/subjects/%s/versions/%d".formatted(subject, version)));
        parseReferences(referred, parser);
        parser.parse(referred.path("schema").asText());
      }
    }
  }

  private static JsonNode json(RegistryConnection.Reply reply) {
    if (!reply.isOk()) {
      throw reply.refused();
    }
    try {
      return MAPPER.readTree(reply.body());
    } catch (JsonProcessingException notJson) {
      throw reply.refused();
    }
  }
}
