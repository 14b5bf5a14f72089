package dev.molstream.stream.user;

import dev.molstream.stream.popularity.Decay;
import dev.molstream.stream.request.ServedModels;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What every task needs; shared by all.
 *
 * @param models what answers; not empty before the first request is read
 * @param historyMaxEvents events visible per user, at least a model's own maximum to be of use
 * @param decay how fast popularity fades
 * @param partitions where users belong
 * @param registry where metrics are kept
 */
public record UserSettings(
    ServedModels models,
    int historyMaxEvents,
    Decay decay,
    UserPartitions partitions,
    MeterRegistry registry) {}
