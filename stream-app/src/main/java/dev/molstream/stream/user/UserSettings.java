package dev.molstream.stream.user;

import dev.molstream.stream.history.HistoryMemory;
import dev.molstream.stream.popularity.Decay;
import dev.molstream.stream.request.ServedModels;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What every task needs; shared by all.
 *
 * @param models what answers; not empty before the first request is read
 * @param limits how much is kept of a user, and how long requests may take
 * @param historyMemory for the histories of the users read last
 * @param decay how fast popularity fades
 * @param partitions where users belong
 * @param registry where metrics are kept
 */
public record UserSettings(
    ServedModels models,
    UserLimits limits,
    HistoryMemory historyMemory,
    Decay decay,
    UserPartitions partitions,
    MeterRegistry registry) {}
