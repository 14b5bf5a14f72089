package dev.molstream.updater;

import dev.molstream.schemas.ItemUpdate;
import dev.molstream.service.DeadLetterReason;
import dev.molstream.service.InvalidRecordException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an item-updates record must be. Any thread.
 *
 * @param contentDimension length of content embeddings the model reads, 0 when it reads none: then
 *     they are not looked at, another model may want them
 */
record ItemUpdateRules(int contentDimension) {
  private static final int MAX_ID_LENGTH = 256;

  // Far beyond any encoder's output; what is larger could overflow inside the item tower, where it
  // would stop the service instead of one record.
  private static final float MAX_MAGNITUDE = 1e6f;

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
    if (embedding.size() != contentDimension) {
      throw new InvalidRecordException(
          DeadLetterReason.INVALID_VECTOR,
          "contentEmbedding has %d numbers: the model reads %d"
              .formatted(embedding.size(), contentDimension));
    }
    for (int i = 0; i < embedding.size(); i++) {
      float value = embedding.get(i);
      if (!(Math.abs(value) <= MAX_MAGNITUDE)) { // written so that NaN is refused too
        throw new InvalidRecordException(
            DeadLetterReason.INVALID_VECTOR,
            String.format(
                Locale.ROOT,
                "contentEmbedding[%d] is %s: valid are numbers within ±%.0f",
                i,
                value,
                MAX_MAGNITUDE));
      }
    }
  }

  private static String shown(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }
}
