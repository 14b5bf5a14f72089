package dev.molstream.stream.user;

import java.time.Duration;

/**
 * How much is kept of a user, and how long requests may take.
 *
 * @param historyMaxEvents events visible per user, at least the model's own maximum to be of use
 * @param eventWait how long a request waits for the events it names; zero: not at all
 */
public record UserLimits(int historyMaxEvents, Duration eventWait) {}
