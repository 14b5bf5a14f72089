package dev.molstream.stream.validation;

import dev.molstream.schemas.UserEvent;
import dev.molstream.service.DeadLetterReason;
import dev.molstream.service.InvalidRecordException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a user event must be to enter a history. */
public final class EventRules {
  private EventRules() {}

  /**
   * The user that a key in UTF-8 names.
   *
   * @throws InvalidRecordException when it names none
   */
  public static String userOf(byte[] key) {
    String userId = new String(key, StandardCharsets.UTF_8);
    if (!Arrays.equals(userId.getBytes(StandardCharsets.UTF_8), key)) {
      throw new InvalidRecordException(
          DeadLetterReason.INVALID_VALUE, "the key is no userId: it is not UTF-8");
    }
    String problem = Identifiers.problem("key", userId);
    if (problem != null) {
      throw new InvalidRecordException(DeadLetterReason.INVALID_VALUE, problem);
    }
    return userId;
  }

  /** The first thing wrong with the event, or null. */
  public static @Nullable String problem(UserEvent event) {
    String problem = Identifiers.problem("userId", event.getUserId());
    if (problem == null) {
      problem = Identifiers.problem("eventId", event.getEventId());
    }
    if (problem == null) {
      problem = Identifiers.problem("itemId", event.getItemId());
    }
    if (problem == null && !Float.isFinite(event.getValue())) {
      problem = "value " + event.getValue() + " is not a finite number";
    }
    if (problem == null && event.getTimestamp().toEpochMilli() < 0) {
      problem = "timestamp " + event.getTimestamp() + " is before 1970";
    }
    return problem;
  }
}
