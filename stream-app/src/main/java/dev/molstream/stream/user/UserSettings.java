package dev.molstream.stream.user;

import dev.molstream.model.ModelBundle;
import dev.molstream.stream.popularity.Decay;
import dev.molstream.stream.request.SearchPlan;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What every task needs; shared by all.
 *
 * @param bundle the model that encodes histories
 * @param plan how to search
 * @param historyMaxEvents events visible per user, at least the model's own maximum to be of use
 * @param decay how fast popularity fades
 * @param partitions where users belong
 * @param registry where metrics are kept
 */
public record UserSettings(
    ModelBundle bundle,
    SearchPlan plan,
    int historyMaxEvents,
    Decay decay,
    UserPartitions partitions,
    MeterRegistry registry) {}
