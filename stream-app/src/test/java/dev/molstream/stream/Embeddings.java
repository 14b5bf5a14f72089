package dev.molstream.stream;

import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.ItemEmbedding;
import dev.molstream.schemas.PackedFloats;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Embeddings of the items of {@link FakeModel}. */
public final class Embeddings {
  private Embeddings() {}

  /** An item that looks in a direction. */
  public static ItemEmbedding of(
      String modelId, String itemId, double degrees, String... categories) {
    float[] direction = FakeModel.direction(degrees);
    return new ItemEmbedding(
        modelId,
        itemId,
        "Title of " + itemId,
        List.of(categories),
        Map.of(),
        true,
        PackedFloats.pack(direction),
        PackedFloats.pack(direction),
        PackedFloats.pack(0f),
        -1,
        -1L,
        Instant.EPOCH);
  }

  /** The same as it is written. */
  public static byte[] bytes(String modelId, String itemId, double degrees, String... categories) {
    return AvroSerde.of(ItemEmbedding.class)
        .serializer()
        .serialize("", of(modelId, itemId, degrees, categories));
  }
}
