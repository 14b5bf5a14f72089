package dev.molstream.stream.user;

import java.time.Duration;

/**
 * How much is kept of a user, and how long requests may take.
 *
 * @param historyMaxEvents events visible per user, at least the model's own maximum to be of use
 * @param retentionDays whole days without an event after which a user is forgotten; 0: never
 * @param eventWait how long a request waits for the events it names; zero: not at all
 * @param admissionWait the longest that a request may have waited to be processed and still be
 *     answered; zero: any time
 */
public record UserLimits(
    int historyMaxEvents, int retentionDays, Duration eventWait, Duration admissionWait) {}
