package dev.molstream.stream.shard;

import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.WireFormat;
import dev.molstream.stream.FakeModel;
import dev.molstream.stream.request.SearchPlan;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.streams.Topology;

/** The shards' topology for tests of the whole stream. */
public final class ShardFixture {
  private ShardFixture() {}

  /** The topology over a model one can follow by hand, which searches exactly. */
  public static Topology topology(FakeModel model, MeterRegistry registry) {
    return ShardTopology.of(
        TopicCatalogue.of(""),
        model.manifest(),
        WireFormat.singleObject(),
        new SearchPlan(SearchPlan.Mode.EXACT, 1, 1),
        model::openIndex,
        new OpenShards(),
        new ShardProgress(),
        registry);
  }
}
