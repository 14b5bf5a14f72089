package dev.molstream.stream.validation;

import dev.molstream.schemas.UserEvent;
import org.jspecify.annotations.Nullable;

/** What a user event must be to enter a history. */
public final class EventRules {
  private EventRules() {}

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
