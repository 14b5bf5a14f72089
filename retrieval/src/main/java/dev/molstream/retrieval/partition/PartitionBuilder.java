package dev.molstream.retrieval.partition;

import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Learns a partition from items and fills it with them. */
public final class PartitionBuilder {
  /** Below this a scan of everything is as fast. */
  public static final int LEAST_ITEMS = 4096;

  /** Items that the projection is learned from. */
  private static final int PROJECTION_SAMPLE = 8192;

  /** Items among which the best are sought for each query of the sample. */
  private static final int GRADIENT_SAMPLE = 1024;

  /** Floats of component vectors that a sample may take. */
  private static final long SAMPLE_FLOATS = 64L << 20;

  private static final int SAMPLE_PER_LIST = 40;
  private static final int MOST_DIMENSIONS = 32;

  private final ItemReader reader;
  private final MolShape shape;
  private final GatingNetwork gating;
  private final int limit;
  private final SplittableRandom random;
  private final float[] components;
  private final float[] gate;

  /** Reads items for the builder. */
  @FunctionalInterface
  public interface ItemReader {
    /**
     * Copies the vectors of the item in the slot; false when there is none.
     *
     * @param components receives P_X·d numbers
     * @param gate receives L numbers, query index major
     */
    boolean read(int slot, float[] components, float[] gate);
  }

  private PartitionBuilder(
      ItemReader reader, MolShape shape, GatingNetwork gating, int limit, long seed) {
    this.reader = reader;
    this.shape = shape;
    this.gating = gating;
    this.limit = limit;
    this.random = new SplittableRandom(seed);
    this.components = new float[shape.itemFloats()];
    this.gate = new float[shape.logits()];
  }

  /**
   * A partition of the items that the reader shows. What is new or other while it is being built
   * may not be in it, or not where it belongs: whoever shows items that change puts these again.
   *
   * @param queries like those to come; may be empty
   * @param limit slots are below this
   * @param items how many there are, about
   */
  public static Partition build(
      ItemReader reader,
      MolShape shape,
      GatingNetwork gating,
      List<MolQuery> queries,
      int limit,
      int items,
      long seed) {
    PartitionBuilder builder = new PartitionBuilder(reader, shape, gating, limit, seed);
    Partition partition = builder.learn(queries, items);
    builder.fill(partition);
    return partition;
  }

  /**
   * About 4·√items: finer lists are better told apart, but each that is looked at costs a local
   * model.
   */
  static int listCount(int items) {
    return (int) Math.clamp(Math.round(4 * Math.sqrt(items)), 1, 1 << 15);
  }

  private Partition learn(List<MolQuery> queries, int items) {
    Projection projection = learnProjection(queries);
    int dimension = projection.dimension();
    int lists = listCount(items);
    float[] codes = new float[lists * SAMPLE_PER_LIST * dimension];
    float[] coordinates = new float[dimension];
    int found =
        sample(
            lists * SAMPLE_PER_LIST,
            row -> {
              projection.project(components, coordinates);
              System.arraycopy(coordinates, 0, codes, row * dimension, dimension);
            });
    Centroids centroids =
        Centroids.learn(Arrays.copyOf(codes, found * dimension), dimension, lists, random);
    return new Partition(shape, projection, centroids);
  }

  private Projection learnProjection(List<MolQuery> queries) {
    int inputs = shape.itemFloats();
    int logits = shape.logits();
    int dimension = Math.min(MOST_DIMENSIONS, inputs);
    int count = (int) Math.min(PROJECTION_SAMPLE, Math.max(64, SAMPLE_FLOATS / inputs));
    float[] sample = new float[count * inputs];
    float[] gates = new float[Math.min(count, GRADIENT_SAMPLE) * logits];
    int rows =
        sample(
            count,
            row -> {
              System.arraycopy(components, 0, sample, row * inputs, inputs);
              if (row * logits < gates.length) {
                System.arraycopy(gate, 0, gates, row * logits, logits);
              }
            });
    if (rows == 0) {
      throw new IllegalStateException("there are no items to learn a partition from");
    }
    float[] found = Arrays.copyOf(sample, rows * inputs);
    float[] foundGates = Arrays.copyOf(gates, Math.min(gates.length, rows * logits));
    float[] gradients = QueryGradients.of(queries, found, foundGates, shape, gating);
    return Projection.learn(found, gradients, shape, dimension, random);
  }

  private void fill(Partition partition) {
    int lists = partition.listCount();
    int[] nearest = new int[lists];
    int[] sizes = new int[lists];
    float[] distance = new float[lists];
    int[] listOf = new int[limit];
    Arrays.fill(nearest, -1);
    Arrays.fill(listOf, Partition.NOWHERE);
    Arrays.fill(distance, Float.POSITIVE_INFINITY);
    // Once to see how long the lists become, once to fill them without growing.
    for (int slot = 0; slot < limit; slot++) {
      if (reader.read(slot, components, gate)) {
        int list = partition.nearestList(components);
        listOf[slot] = list;
        sizes[list]++;
        float squared = partition.centroids().squaredDistance(partition.lastCoordinates(), list);
        if (squared < distance[list]) {
          distance[list] = squared;
          nearest[list] = slot;
        }
      }
    }
    partition.reserve(sizes);
    for (int slot = 0; slot < limit; slot++) {
      if (listOf[slot] != Partition.NOWHERE && reader.read(slot, components, gate)) {
        partition.put(slot, components, listOf[slot]);
      }
    }
    chooseRepresentatives(partition, nearest);
  }

  private void chooseRepresentatives(Partition partition, int[] nearest) {
    Representatives representatives = partition.representatives();
    Centroids centroids = partition.centroids();
    float[] coordinates = new float[partition.projection().dimension()];
    int anyList = -1;
    for (int list = 0; list < nearest.length; list++) {
      if (nearest[list] >= 0 && reader.read(nearest[list], components, gate)) {
        partition.projection().project(components, coordinates);
        representatives.set(list, components, gate, coordinates);
        anyList = list;
      }
    }
    for (int list = 0; list < nearest.length && anyList >= 0; list++) {
      if (!representatives.has(list)) {
        int central = centroids.centralList(centroids.region(list));
        representatives.borrow(list, nearest[central] >= 0 ? central : anyList);
      }
    }
    for (int region = 0; region < centroids.regionCount(); region++) {
      representatives.setListOfRegion(region, centroids.centralList(region));
    }
  }

  /** What is done with the item that was just read, as row number so and so. */
  private interface RowConsumer {
    void accept(int row);
  }

  private int sample(int count, RowConsumer consumer) {
    int found = 0;
    long tries = Math.max(limit, 4L * count);
    for (long tried = 0; tried < tries && found < count; tried++) {
      int slot = limit <= count ? (int) tried : random.nextInt(limit);
      if (slot >= limit) {
        break;
      }
      if (reader.read(slot, components, gate)) {
        consumer.accept(found++);
      }
    }
    return found;
  }
}
