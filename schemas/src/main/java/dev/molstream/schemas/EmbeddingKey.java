package dev.molstream.schemas;

import java.util.regex.Pattern;

/**
 * The key of item-embeddings: one item as one model sees it, written {@code MODELID/ITEMID}. A
 * model id holds no slash, so the first one separates; the item id may hold more of them.
 *
 * @param modelId 1 to 128 letters, digits, '.', '_' and '-'
 * @param itemId 1 to 256 characters
 */
public record EmbeddingKey(String modelId, String itemId) {
  private static final Pattern MODEL_ID = Pattern.compile("[a-zA-Z0-9._-]{1,128}");
  private static final int MAX_ITEM_ID_LENGTH = 256;

  public EmbeddingKey {
    requireModelId(modelId);
    if (itemId.isEmpty() || itemId.length() > MAX_ITEM_ID_LENGTH) {
      throw new IllegalArgumentException(
          "item id '%s' has %d characters: valid are 1 to %d"
              .formatted(RecordFormatException.shown(itemId), itemId.length(), MAX_ITEM_ID_LENGTH));
    }
  }

  /** The key of {@code itemId} under {@code modelId}. */
  public static EmbeddingKey of(String modelId, String itemId) {
    return new EmbeddingKey(modelId, itemId);
  }

  /**
   * Reads a record key.
   *
   * @throws IllegalArgumentException when {@code text} is not {@code MODELID/ITEMID}
   */
  public static EmbeddingKey parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException(
          "embedding key '%s' is not valid: MODELID/ITEMID is"
              .formatted(RecordFormatException.shown(text)));
    }
    return of(text.substring(0, slash), text.substring(slash + 1));
  }

  /** Checks a model id: it stands in keys before a slash. */
  static void requireModelId(String modelId) {
    if (!MODEL_ID.matcher(modelId).matches()) {
      throw new IllegalArgumentException(
          "model id '%s' is not valid: use 1 to 128 letters, digits, '.', '_' and '-'"
              .formatted(RecordFormatException.shown(modelId)));
    }
  }

  /** The record key as text: {@code MODELID/ITEMID}. */
  @Override
  public String toString() {
    return modelId + '/' + itemId;
  }
}
