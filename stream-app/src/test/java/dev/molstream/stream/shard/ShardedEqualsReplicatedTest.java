package dev.molstream.stream.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.TopK;
import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.Certificate;
import dev.molstream.schemas.EmbeddingKey;
import dev.molstream.schemas.ItemEmbedding;
import dev.molstream.schemas.PackedFloats;
import dev.molstream.schemas.QueryWithoutEvent;
import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.RecommendedItem;
import dev.molstream.schemas.ShardAnswer;
import dev.molstream.schemas.ShardQuery;
import dev.molstream.schemas.WireFormat;
import dev.molstream.stream.gather.GatherProcessor;
import dev.molstream.stream.gather.GatherSettings;
import dev.molstream.stream.index.ItemChange;
import dev.molstream.stream.request.Diversity;
import dev.molstream.stream.request.Explainer;
import dev.molstream.stream.request.PlannedSearch;
import dev.molstream.stream.request.SearchPlan;
import dev.molstream.stream.request.ShardedRanking;
import dev.molstream.stream.request.ShorterQuery;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The processors of both sides without a broker, against one index of all items. */
class ShardedEqualsReplicatedTest {
  private static final String MODEL = "model";
  private static final MolShape SHAPE = new MolShape(4, 2, 3, 4, 5, 0.1f);
  private static final int QUERIES = 150;
  private static final String[] CATEGORIES = {"red", "green", "blue"};

  @TempDir Path directory;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private record Shard(ShardStore store, MockProcessorContext<byte[], ShardAnswer> context) {}

  @ParameterizedTest
  @CsvSource({"1, 50, 1", "3, 400, 2", "6, 1500, 3", "11, 5, 4"})
  void answersAreTheSameItemsInTheSameOrderWithTheSameScores(int shards, int items, long seed) {
    Random random = new Random(seed);
    GatingNetwork gating = gating(random);
    ItemIndex whole = index(directory.resolve("whole"), gating);
    List<ShardStore> stores = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      stores.add(store(shard, gating));
    }
    fill(whole, stores, items, random);
    List<Shard> searches = stores.stream().map(this::context).toList();
    GatherProcessor gather = new GatherProcessor(gatherSettings(shards), "answers");
    MockProcessorContext<byte[], SpecificRecord> gathering = context(0);
    StateStore pending = GatherProcessor.storeBuilder().withLoggingDisabled().build();
    pending.init(gathering.getStateStoreContext(), pending);
    gather.init(gathering);
    List<ShardSearch> processors = new ArrayList<>();
    for (Shard shard : searches) {
      ShardSearch search = new ShardSearch(MODEL, SHAPE, exact(), new ShardProgress(), registry);
      search.init(shard.context);
      processors.add(search);
    }

    for (int i = 0; i < QUERIES; i++) {
      gathering.setRecordMetadata("requests", 0, i);
      gather.process(
          new Record<>(
              null,
              new ShardedRanking(query(items, random), draft(), null),
              0,
              new RecordHeaders()));
      ShardQuery query =
          (ShardQuery) gathering.forwarded(GatherProcessor.QUERIES).getLast().record().value();
      for (int shard : shuffled(shards, random)) {
        processors.get(shard).process(new Record<>(null, query, 0));
        searches
            .get(shard)
            .context
            .forwarded()
            .forEach(f -> gather.process(new Record<>(null, f.record().value(), 0)));
        searches.get(shard).context.resetForwards();
      }

      Recommendations answer =
          (Recommendations) gathering.forwarded("answers").getLast().record().value();
      assertThat(answer.getStatus()).isEqualTo(RecommendationStatus.OK);
      assertThat(answer.getCertificate())
          .isEqualTo(query.getItemComponents() > 0 ? Certificate.NONE : Certificate.EXACT);
      assertThat(answer.getItems()).as("query %d", i).isEqualTo(expected(whole, query));
    }
    stores.forEach(ShardStore::close);
    whole.close();
  }

  private static List<RecommendedItem> expected(ItemIndex whole, ShardQuery query) {
    MolQuery molQuery = MolQuery.allocate(SHAPE);
    PackedFloats.unpack(query.getComponents(), molQuery.components(), 0);
    PackedFloats.unpack(query.getGate(), molQuery.gate(), 0);
    SearchFilter filter =
        new SearchFilter(Set.copyOf(query.getExcludeItems()), Set.copyOf(query.getCategories()));
    TopK top =
        whole.searcher().search(molQuery, query.getK(), filter, new SearchAlgorithm.BoundedExact());
    List<RecommendedItem> items = PlannedSearch.items(top);
    if (query.getItemComponents() > 0) {
      List<Diversity.Candidate> candidates = new ArrayList<>();
      for (RecommendedItem item : items) {
        float[] components = new float[SHAPE.itemFloats()];
        whole.copyMixture(item.getItemId(), components, new float[SHAPE.logits()]);
        candidates.add(new Diversity.Candidate(item, components));
      }
      int k = query.getK() / Diversity.POOL;
      items = Diversity.choose(candidates, SHAPE.itemComponents(), k, 0.4);
    }
    int explained = Math.min(query.getExplained(), Explainer.ITEMS);
    List<ShorterQuery> without =
        query.getWithoutEvent().stream()
            .map(
                shorter ->
                    new ShorterQuery(
                        shorter.getItemId(),
                        shorter.getTitle(),
                        new MolQuery(
                            PackedFloats.unpack(shorter.getComponents()),
                            PackedFloats.unpack(shorter.getGate()))))
            .toList();
    return new Explainer(whole).explain(items, explained, molQuery, without, null);
  }

  /** Every third item is a twin of another, so that scores are equal and ids decide. */
  private static void fill(
      ItemIndex whole, List<ShardStore> stores, int items, RandomGenerator random) {
    List<ItemEmbedding> made = new ArrayList<>();
    ItemChange.Reader reader = new ItemChange.Reader(MODEL, WireFormat.singleObject());
    for (int i = 0; i < items; i++) {
      ItemEmbedding twin = i % 3 == 2 ? made.get(random.nextInt(made.size())) : null;
      ItemEmbedding item =
          new ItemEmbedding(
              MODEL,
              "item-" + i,
              "Title " + i,
              List.of(CATEGORIES[random.nextInt(CATEGORIES.length)]),
              Map.of(),
              random.nextInt(10) > 0,
              PackedFloats.pack(unit(SHAPE.baseDimension(), random)),
              twin == null
                  ? PackedFloats.pack(components(SHAPE.itemComponents(), random))
                  : twin.getComponents(),
              twin == null ? PackedFloats.pack(normal(SHAPE.logits(), random)) : twin.getGate(),
              -1,
              -1L,
              Instant.EPOCH);
      made.add(item);
      byte[] key =
          EmbeddingKey.of(MODEL, item.getItemId()).toString().getBytes(StandardCharsets.UTF_8);
      byte[] value = AvroSerde.of(ItemEmbedding.class).serializer().serialize("", item);
      whole.upsert(
          new MolItem(
              item.getItemId(),
              item.getTitle(),
              item.getCategories(),
              item.getAvailable(),
              PackedFloats.unpack(item.getBase()),
              PackedFloats.unpack(item.getComponents()),
              PackedFloats.unpack(item.getGate())));
      stores.get(BuiltInPartitioner.partitionForKey(key, stores.size())).restore(key, value);
      assertThat(reader.read(key, value, new RecordHeaders())).isNotNull();
    }
  }

  private static ShardQuery.Builder query(int items, RandomGenerator random) {
    List<String> excluded = new ArrayList<>();
    for (int i = random.nextInt(20); i > 0; i--) {
      excluded.add("item-" + random.nextInt(items));
    }
    int[] sizes = {1, 2, 10, 100, 1000};
    boolean diverse = random.nextInt(3) == 0;
    boolean explained = random.nextInt(3) == 0;
    int k = diverse ? 40 : sizes[random.nextInt(sizes.length)];
    List<QueryWithoutEvent> without = new ArrayList<>();
    for (int event = explained ? random.nextInt(4) : 0; event > 0; event--) {
      without.add(
          new QueryWithoutEvent(
              "seen-" + event,
              "",
              PackedFloats.pack(components(SHAPE.queryComponents(), random)),
              PackedFloats.pack(normal(SHAPE.logits(), random))));
    }
    return ShardQuery.newBuilder()
        .setModelId(MODEL)
        .setK(k)
        .setItemComponents(diverse ? SHAPE.itemComponents() : 0)
        .setExplained(explained ? diverse ? k : Explainer.ITEMS : 0)
        .setWithoutEvent(without)
        .setOptions(diverse ? Map.of("diversity", "0.4") : Map.of())
        .setComponents(PackedFloats.pack(components(SHAPE.queryComponents(), random)))
        .setGate(PackedFloats.pack(normal(SHAPE.logits(), random)))
        .setExcludeItems(excluded)
        .setCategories(random.nextInt(3) == 0 ? List.of(CATEGORIES[random.nextInt(3)]) : List.of());
  }

  private static Recommendations draft() {
    return Recommendations.newBuilder()
        .setRequestId("r")
        .setStatus(RecommendationStatus.OK)
        .build();
  }

  private static SearchPlan exact() {
    return new SearchPlan(SearchPlan.Mode.EXACT, 1, 1);
  }

  private GatherSettings gatherSettings(int shards) {
    return new GatherSettings(shards, Duration.ofSeconds(1), registry);
  }

  private ShardStore store(int shard, GatingNetwork gating) {
    ShardStore store =
        new ShardStore(
            path -> index(path, gating),
            new ItemChange.Reader(MODEL, WireFormat.singleObject()),
            new OpenShards());
    store.init(context(shard).getStateStoreContext(), store);
    return store;
  }

  private Shard context(ShardStore store) {
    MockProcessorContext<byte[], ShardAnswer> context = context(store.partition());
    context.addStateStore(store);
    return new Shard(store, context);
  }

  private <K, V> MockProcessorContext<K, V> context(int partition) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    MockProcessorContext<K, V> context =
        new MockProcessorContext<>(
            properties, new TaskId(0, partition), directory.resolve("shard" + partition).toFile());
    context.setCurrentSystemTimeMs(0);
    return context;
  }

  private static ItemIndex index(Path path, GatingNetwork gating) {
    return ItemIndex.open(new IndexSettings(path, MODEL, SHAPE, gating, 1000));
  }

  private static GatingNetwork gating(RandomGenerator random) {
    int products = SHAPE.gateHidden() * SHAPE.logits();
    return GatingNetwork.of(
        SHAPE,
        normal(products, random),
        normal(SHAPE.gateHidden(), random),
        normal(products, random),
        normal(SHAPE.logits(), random));
  }

  private static List<Integer> shuffled(int shards, Random random) {
    List<Integer> order = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      order.add(random.nextInt(order.size() + 1), shard);
    }
    return order;
  }

  private static float[] components(int count, RandomGenerator random) {
    float[] all = new float[count * SHAPE.componentDimension()];
    for (int i = 0; i < count; i++) {
      float[] one = unit(SHAPE.componentDimension(), random);
      System.arraycopy(one, 0, all, i * one.length, one.length);
    }
    return all;
  }

  private static float[] unit(int length, RandomGenerator random) {
    float[] vector = normal(length, random);
    double norm = 0;
    for (float value : vector) {
      norm += value * value;
    }
    for (int i = 0; i < length; i++) {
      vector[i] /= (float) Math.sqrt(norm);
    }
    return vector;
  }

  private static float[] normal(int length, RandomGenerator random) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
