package dev.molstream.stream.user;

import dev.molstream.model.ModelManifest;
import dev.molstream.model.QueryTower;
import dev.molstream.stream.popularity.Decay;
import dev.molstream.stream.request.SearchPlan;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/**
 * What every task needs; shared by all.
 *
 * @param model the model that encodes histories
 * @param towers opens a query tower of that model, one per task
 * @param plan how to search
 * @param limits how much is kept of a user, and how long requests may take
 * @param decay how fast popularity fades
 * @param partitions where users belong
 * @param registry where metrics are kept
 */
public record UserSettings(
    ModelManifest model,
    Supplier<QueryTower> towers,
    SearchPlan plan,
    UserLimits limits,
    Decay decay,
    UserPartitions partitions,
    MeterRegistry registry) {}
