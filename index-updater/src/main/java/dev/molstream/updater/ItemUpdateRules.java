package dev.molstream.updater;

import dev.molstream.model.VectorRules;
import dev.molstream.schemas.ItemUpdate;
import dev.molstream.service.DeadLetterReason;
import dev.molstream.service.InvalidRecordException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an item-updates record must be. Any thread.
 *
 * @param contentDimension length of content embeddings the model reads, 0 when it reads none: then
 *     they are not looked at, another model may want them
 */
record ItemUpdateRules(int contentDimension) {
  private static final int MAX_ID_LENGTH = 256;

  /**
   * Checks a record.
   *
   * @param key may be null when the value says which item it is
   * @param update null deletes the item
   * @return the item's id
   * @throws InvalidRecordException when the record cannot be used
   */
  String requireValid(@Nullable String key, @Nullable ItemUpdate update) {
    if (update == null) {
      return requireId("the key of a deletion", key);
    }
    String itemId = requireId("itemId", update.getItemId());
    if (key != null && !key.equals(itemId)) {
      throw new InvalidRecordException(
          DeadLetterReason.KEY_MISMATCH,
          "itemId is '%s', the key '%s': they must be equal, or the key null"
              .formatted(itemId, shown(key)));
    }
    List<Float> embedding = update.getContentEmbedding();
    if (embedding != null && contentDimension > 0) {
      requireUsable(embedding);
    }
    return itemId;
  }

  private static String requireId(String what, @Nullable String id) {
    if (id == null || id.isEmpty() || id.length() > MAX_ID_LENGTH) {
      throw new InvalidRecordException(
          DeadLetterReason.INVALID_ID,
          "%s is %s: valid are 1 to %d characters"
              .formatted(what, id == null ? "null" : "'" + shown(id) + "'", MAX_ID_LENGTH));
    }
    return id;
  }

  private void requireUsable(List<Float> embedding) {
    try {
      VectorRules.require("contentEmbedding", embedding, contentDimension);
    } catch (IllegalArgumentException e) {
      throw new InvalidRecordException(
          DeadLetterReason.INVALID_VECTOR, String.valueOf(e.getMessage()));
    }
  }

  /** A text from outside as a message may show it, shortened. */
  static String shown(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }
}
