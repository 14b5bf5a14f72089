package dev.molstream.load;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which requests to send, and when.
 *
 * @param users ids to draw from, at least one
 * @param k how many items each asks for, 1 to 1000
 * @param deadline how long after it was due a request is worthless, or null
 * @param seed of the choice of users
 */
public record Load(
    Schedule schedule, List<String> users, int k, @Nullable Duration deadline, long seed) {
  public Load {
    users = List.copyOf(users);
    if (users.isEmpty()) {
      throw new IllegalArgumentException("no users to ask for");
    }
  }

  /** Such requests by another schedule. */
  public Load at(Schedule other) {
    return new Load(other, users, k, deadline, seed);
  }
}
