package dev.molstream.stream.index;

import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolItem;
import dev.molstream.schemas.EmbeddingKey;
import dev.molstream.schemas.ItemEmbedding;
import dev.molstream.schemas.PackedFloats;
import dev.molstream.schemas.RecordFormatException;
import dev.molstream.schemas.WireFormat;
import dev.molstream.service.DeadLetterReason;
import dev.molstream.service.InvalidRecordException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * What one record of item-embeddings says about an item of one model.
 *
 * @param itemId the item
 * @param embedding its vectors from now on; null: it is deleted
 */
public record ItemChange(String itemId, @Nullable ItemEmbedding embedding) {

  /** Reads the records of one model. Thread-safe. */
  public static final class Reader {
    private final Deserializer<ItemEmbedding> embeddings;
    private final String modelId;

    /**
     * A reader for the records of {@code modelId}.
     *
     * @param format how they are written
     */
    public Reader(String modelId, WireFormat format) {
      this.embeddings = format.serde(ItemEmbedding.class).deserializer();
      this.modelId = modelId;
    }

    /**
     * The change, or null when the record is about another model.
     *
     * @throws InvalidRecordException when the record cannot be used
     */
    public @Nullable ItemChange read(
        byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
      EmbeddingKey parsed = keyOf(key);
      if (!parsed.modelId().equals(modelId)) {
        return null;
      }
      ItemEmbedding embedding = embeddingIn(value, headers);
      if (embedding != null) {
        requireAgreement(parsed, embedding);
      }
      return new ItemChange(parsed.itemId(), embedding);
    }

    private @Nullable ItemEmbedding embeddingIn(byte @Nullable [] value, Headers headers) {
      try {
        return embeddings.deserialize("", headers, value);
      } catch (RecordFormatException e) {
        throw new InvalidRecordException(
            DeadLetterReason.UNREADABLE, String.valueOf(e.getMessage()));
      }
    }

    private static EmbeddingKey keyOf(byte @Nullable [] key) {
      if (key == null) {
        throw new InvalidRecordException(
            DeadLetterReason.INVALID_ID, "the record has no key: MODELID/ITEMID is valid");
      }
      try {
        return EmbeddingKey.parse(new String(key, StandardCharsets.UTF_8));
      } catch (IllegalArgumentException e) {
        throw new InvalidRecordException(
            DeadLetterReason.INVALID_ID, String.valueOf(e.getMessage()));
      }
    }

    private static void requireAgreement(EmbeddingKey key, ItemEmbedding embedding) {
      if (!key.itemId().equals(embedding.getItemId())
          || !key.modelId().equals(embedding.getModelId())) {
        throw new InvalidRecordException(
            DeadLetterReason.KEY_MISMATCH,
            "the key is %s and the value is %s/%s: they must agree"
                .formatted(key, embedding.getModelId(), embedding.getItemId()));
      }
    }
  }

  /**
   * Makes the change in {@code index}.
   *
   * @throws InvalidRecordException when the vectors do not fit the model; the item stays as it was
   */
  public void applyTo(ItemIndex index) {
    if (embedding == null) {
      index.delete(itemId);
      return;
    }
    try {
      index.upsert(
          new MolItem(
              itemId,
              embedding.getTitle(),
              embedding.getCategories(),
              embedding.getAvailable(),
              PackedFloats.unpack(embedding.getBase()),
              PackedFloats.unpack(embedding.getComponents()),
              PackedFloats.unpack(embedding.getGate())));
    } catch (IllegalArgumentException e) {
      throw new InvalidRecordException(
          DeadLetterReason.INVALID_VECTOR,
          "%s/%s: %s".formatted(embedding.getModelId(), itemId, e.getMessage()));
    }
  }
}
