package dev.molstream.stream.shard;

import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.TopK;
import dev.molstream.schemas.PackedFloats;
import dev.molstream.schemas.QueryWithoutEvent;
import dev.molstream.schemas.RecommendedItem;
import dev.molstream.schemas.ShardAnswer;
import dev.molstream.schemas.ShardItem;
import dev.molstream.schemas.ShardQuery;
import dev.molstream.service.DeadLetterReason;
import dev.molstream.service.InvalidRecordException;
import dev.molstream.service.MolstreamMetric;
import dev.molstream.stream.request.Explainer;
import dev.molstream.stream.request.PlannedSearch;
import dev.molstream.stream.request.SearchPlan;
import dev.molstream.stream.request.ShorterQuery;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * shard-queries → shard-answers: searches the items of one partition. On the task's thread, which
 * is also the one that changes them; {@link LastInTask} says in which order.
 */
@SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
final class ShardSearch implements Processor<byte[], ShardQuery, byte[], ShardAnswer> {
  /** A shard that has read no item for so long has them all. */
  private static final Duration QUIET = Duration.ofSeconds(1);

  private final String modelId;
  private final MolShape shape;
  private final SearchPlan plan;
  private final ShardProgress progress;
  private final MolQuery query;
  private final Counter answered;
  private final Counter expired;
  private ProcessorContext<byte[], ShardAnswer> context;
  private ShardStore store;
  private PlannedSearch search;
  private Explainer explainer;
  private int shard;
  private long recordsBefore;

  ShardSearch(
      String modelId,
      MolShape shape,
      SearchPlan plan,
      ShardProgress progress,
      MeterRegistry registry) {
    this.modelId = modelId;
    this.shape = shape;
    this.plan = plan;
    this.progress = progress;
    this.query = MolQuery.allocate(shape);
    this.answered = MolstreamMetric.SHARD_SEARCHES.counter(registry, "answered");
    this.expired = MolstreamMetric.SHARD_SEARCHES.counter(registry, "expired");
  }

  @Override
  public void init(ProcessorContext<byte[], ShardAnswer> context) {
    this.context = context;
    shard = context.taskId().partition();
    store = context.getStateStore(ShardStore.STORE);
    search = PlannedSearch.of(store.index(), plan);
    explainer = new Explainer(store.index());
    recordsBefore = store.recordsRead();
    progress.opened(shard);
    context.schedule(QUIET, PunctuationType.WALL_CLOCK_TIME, _ -> lookWhetherQuiet());
  }

  @Override
  public void process(Record<byte[], ShardQuery> record) {
    ShardQuery asked = record.value();
    if (asked == null) {
      throw new InvalidRecordException(
          DeadLetterReason.UNREADABLE, "the record has no value: a query is");
    }
    if (!asked.getModelId().equals(modelId)) {
      return;
    }
    progress.caughtUp(shard); // or Kafka Streams would have given an item first
    long now = context.currentSystemTimeMs();
    if (now >= asked.getDeadline().toEpochMilli()) {
      expired.increment();
      return;
    }
    context.forward(
        new Record<byte @Nullable [], ShardAnswer>(null, search(asked), now, new RecordHeaders()));
    answered.increment();
  }

  @Override
  public void close() {
    progress.closed(shard);
  }

  private ShardAnswer search(ShardQuery asked) {
    long start = System.nanoTime();
    requireValid(asked);
    unpack(asked.getComponents(), asked.getGate(), query);
    SearchFilter filter =
        new SearchFilter(Set.copyOf(asked.getExcludeItems()), Set.copyOf(asked.getCategories()));
    List<ShorterQuery> without = asked.getWithoutEvent().stream().map(this::shorter).toList();
    TopK top = search.search(query, asked.getK(), filter, asked.getOptions());
    List<RecommendedItem> found =
        explainer.explain(
            PlannedSearch.items(top), asked.getExplained(), query, without, asked.getExplanation());
    return new ShardAnswer(
        asked.getGatherId(),
        asked.getAttempt(),
        asked.getAskerPartition(),
        shard,
        shardItems(found, asked.getItemComponents() > 0),
        Float.isFinite(top.gapBound()) ? top.gapBound() : null,
        TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
  }

  private void requireValid(ShardQuery asked) {
    require(asked.getK() >= 1, "k", asked.getK(), "at least 1");
    require(asked.getExplained() >= 0, "explained", asked.getExplained(), "at least 0");
    int vectors = asked.getItemComponents();
    require(
        vectors == 0 || vectors == shape.itemComponents(),
        "itemComponents",
        vectors,
        "0 and " + shape.itemComponents());
  }

  private static void require(boolean valid, String field, int value, String range) {
    if (!valid) {
      throw new InvalidRecordException(
          DeadLetterReason.INVALID_VALUE, "%s is %d, valid is %s".formatted(field, value, range));
    }
  }

  private ShorterQuery shorter(QueryWithoutEvent without) {
    MolQuery shorter = MolQuery.allocate(shape);
    unpack(without.getComponents(), without.getGate(), shorter);
    return new ShorterQuery(without.getItemId(), without.getTitle(), shorter);
  }

  private void unpack(ByteBuffer components, ByteBuffer gate, MolQuery target) {
    unpack("components", components, target.components());
    unpack("gate", gate, target.gate());
  }

  private void unpack(String field, ByteBuffer packed, float[] target) {
    if (packed.remaining() != target.length * Float.BYTES) {
      throw new InvalidRecordException(
          DeadLetterReason.INVALID_VECTOR,
          "%s has %d bytes, model '%s' of shape %s has %d"
              .formatted(field, packed.remaining(), modelId, shape, target.length * Float.BYTES));
    }
    PackedFloats.unpack(packed, target, 0);
  }

  private List<ShardItem> shardItems(List<RecommendedItem> found, boolean withComponents) {
    List<ShardItem> items = new ArrayList<>(found.size());
    float[] components = new float[shape.itemFloats()];
    float[] gate = new float[shape.logits()];
    for (RecommendedItem item : found) {
      boolean copied =
          withComponents && store.index().copyMixture(item.getItemId(), components, gate);
      items.add(
          new ShardItem(
              item.getItemId(),
              item.getTitle(),
              item.getScore(),
              copied ? PackedFloats.pack(components) : null,
              item.getExplanation(),
              item.getContributions()));
    }
    return items;
  }

  private void lookWhetherQuiet() {
    if (store.recordsRead() == recordsBefore) {
      progress.caughtUp(shard);
    }
    recordsBefore = store.recordsRead();
  }
}
