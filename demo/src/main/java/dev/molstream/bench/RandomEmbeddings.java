package dev.molstream.bench;

import dev.molstream.demo.Progress;
import dev.molstream.retrieval.MolShape;
import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.EmbeddingKey;
import dev.molstream.schemas.ItemEmbedding;
import dev.molstream.schemas.PackedFloats;
import dev.molstream.schemas.Topic;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * A catalogue of any size, put straight onto item-embeddings, as index-updater would. Vectors are
 * random, with those of a category near to one another. One thread.
 */
final class RandomEmbeddings {
  private static final int CATEGORIES = 32;
  private static final float NEARNESS = 1;
  private static final long SEED = 5;

  private final String modelId;
  private final MolShape shape;
  private final RandomGenerator random = new SplittableRandom(SEED);
  private final float[][] centres;

  RandomEmbeddings(String modelId, MolShape shape) {
    this.modelId = modelId;
    this.shape = shape;
    this.centres = new float[CATEGORIES][];
    for (int category = 0; category < CATEGORIES; category++) {
      centres[category] = normal(floats());
    }
  }

  /** The id of an item. */
  static String itemId(int item) {
    return "item-" + item;
  }

  /** Produces so many items, numbered from 0, and waits until the broker has acknowledged all. */
  void produce(Installation installation, int items, Progress progress) {
    String topic = installation.topics().name(Topic.ITEM_EMBEDDINGS);
    AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    try (Producer<String, ItemEmbedding> producer = producer(installation);
        Progress.Task task = progress.begin("producing embeddings", items)) {
      for (int item = 0; item < items; item++) {
        ItemEmbedding embedding = embedding(item);
        String key = EmbeddingKey.of(modelId, embedding.getItemId()).toString();
        producer.send(
            new ProducerRecord<>(topic, key, embedding),
            (_, e) -> {
              if (e != null) {
                failure.compareAndSet(null, e);
              }
            });
        if (item % 1024 == 0) {
          task.reached(item);
        }
      }
      producer.flush();
      task.reached(items);
    }
    Exception e = failure.get();
    if (e != null) {
      throw new KafkaException("cannot produce to " + topic + ": " + e.getMessage(), e);
    }
  }

  private ItemEmbedding embedding(int item) {
    int category = random.nextInt(CATEGORIES);
    float[] vectors = normal(floats());
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] += NEARNESS * centres[category][i];
    }
    int base = shape.baseDimension();
    int dimension = shape.componentDimension();
    float[] components = new float[shape.itemFloats()];
    System.arraycopy(vectors, base, components, 0, components.length);
    for (int from = 0; from < components.length; from += dimension) {
      toUnitLength(components, from, dimension);
    }
    float[] gate = new float[shape.logits()];
    System.arraycopy(vectors, base + components.length, gate, 0, gate.length);
    float[] baseVector = new float[base];
    System.arraycopy(vectors, 0, baseVector, 0, base);
    return ItemEmbedding.newBuilder()
        .setModelId(modelId)
        .setItemId(itemId(item))
        .setTitle("Item " + item)
        .setCategories(List.of("Category " + category))
        .setBase(PackedFloats.pack(baseVector))
        .setComponents(PackedFloats.pack(components))
        .setGate(PackedFloats.pack(gate))
        .build();
  }

  private int floats() {
    return shape.baseDimension() + shape.itemFloats() + shape.logits();
  }

  private float[] normal(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static void toUnitLength(float[] values, int from, int count) {
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += values[i] * values[i];
    }
    float scale = (float) (1 / Math.sqrt(sum));
    for (int i = from; i < from + count; i++) {
      values[i] *= scale;
    }
  }

  private static Producer<String, ItemEmbedding> producer(Installation installation) {
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            installation.bootstrapServers(),
            ProducerConfig.LINGER_MS_CONFIG,
            50,
            ProducerConfig.BATCH_SIZE_CONFIG,
            512 << 10),
        new StringSerializer(),
        AvroSerde.of(ItemEmbedding.class).serializer());
  }
}
