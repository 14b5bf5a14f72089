package dev.molstream.retrieval.partition;

import static java.lang.Float.NEGATIVE_INFINITY;

import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.kernel.CodeScanner;
import java.lang.ref.Reference;
import java.util.Arrays;

/**
 * One thread's walk over a partition: lists in the order of what they promise, and of each list the
 * slots whose estimated score comes near enough to the K-th best.
 *
 * <p>A list promises mean + spread · deviation of the scores of its items by the local model of its
 * region. The model is first taken at an item in the middle of the region, which tells about how
 * good the region is and which of its lists is best; the regions that promise most get another one,
 * at their best list, and then once more. One model for all lists of a region ranks them more
 * consistently than one for each would, and costs less.
 */
public final class PartitionScan {
  /** The most lists that are looked at at a time. */
  private static final int ROUND = 16;

  /** Regions that get a better model. */
  private static final int REFINED = 32;

  /** How often: a better model may find a better list. */
  private static final int PASSES = 2;

  private static final int BATCH = LocalModels.MOST;
  private static final int FIRST_CAPACITY = 1 << 14;

  private final Partition partition;
  private final LocalModels models;
  private final CodeScanner scanner;
  private final PromisedLists promised;
  private final int stride;

  // The model of each region, and the score at the item where it was taken.
  private final float[] weights;
  private final float[] offsets;
  private final float[] origins;

  // A batch of models under way.
  private final float[] components;
  private final float[] gates;
  private final float[] coordinates;
  private final float[] batchWeights;
  private final float[] batchOffsets = new float[BATCH];
  private final float[] batchScores = new float[BATCH];

  private final int[] refined;
  private final float[] codeWeights;

  private int[] found = new int[FIRST_CAPACITY];
  private float[] estimates = new float[FIRST_CAPACITY];
  private float[] foundOrigins = new float[FIRST_CAPACITY];
  private int foundCount;
  private int scanned;

  /** A walker of its own for one thread. */
  public PartitionScan(
      Partition partition, MolShape shape, GatingNetwork gating, CodeScanner scanner) {
    Projection projection = partition.projection();
    int regions = partition.centroids().regionCount();
    this.partition = partition;
    this.models = new LocalModels(shape, gating, projection);
    this.scanner = scanner;
    this.promised = new PromisedLists(partition.centroids());
    this.stride = models.weightStride();
    this.weights = new float[regions * stride];
    this.offsets = new float[regions];
    this.origins = new float[regions];
    this.components = new float[BATCH * shape.itemFloats()];
    this.gates = new float[BATCH * shape.logits()];
    this.coordinates = new float[BATCH * projection.dimension()];
    this.batchWeights = new float[BATCH * stride];
    this.refined = new int[Math.min(REFINED, regions)];
    this.codeWeights = new float[projection.dimension()];
  }

  /** What it walks over. */
  public Partition partition() {
    return partition;
  }

  /** Forgets what the last search counted. */
  public void forget() {
    scanned = 0;
  }

  /** Begins a search: takes models and ranks the lists. */
  public void start(MolQuery query, float spread) {
    models.prepare(query);
    modelMiddles();
    for (int region = 0; region < origins.length; region++) {
      for (int list = first(region); list < first(region + 1); list++) {
        promised.set(
            list,
            partition.list(list).size() > 0 ? promise(list, region, spread) : NEGATIVE_INFINITY);
      }
      promised.settle(region);
    }
    for (int pass = 0; pass < PASSES; pass++) {
      refineBest(spread);
    }
  }

  /** What the best list left promises; -∞ when none is left. */
  public float promise() {
    return promised.best();
  }

  /**
   * Looks at the best lists left, up to {@value #ROUND} of those that promise more than {@code
   * least}, and keeps the slots whose estimated score comes within a margin of it.
   *
   * @param margin for an estimate at its model's own item; further away it grows as the error of
   *     estimates does ({@link EstimateError})
   */
  public void next(float least, float margin) {
    foundCount = 0;
    for (int count = 0; count < ROUND && promised.best() > least - margin; count++) {
      int list = promised.poll();
      int region = partition.centroids().region(list);
      scan(list, region, floor(least, margin, origins[region]));
    }
  }

  /**
   * What an estimate must reach whose model was taken at an item with the score {@code origin}; -∞
   * when {@code least} is.
   */
  public static float floor(float least, float margin, float origin) {
    return least == NEGATIVE_INFINITY
        ? least
        : least - margin * EstimateError.growth(least - origin);
  }

  /** How many slots the last {@link #next} found. */
  public int foundCount() {
    return foundCount;
  }

  /** The slots found, from 0. */
  public int[] found() {
    return found;
  }

  /** Their estimated scores. */
  public float[] estimates() {
    return estimates;
  }

  /** For each of them, the score at the item where its estimate's model was taken. */
  public float[] foundOrigins() {
    return foundOrigins;
  }

  /** How many codes were looked at since {@link #forget}. */
  public int scanned() {
    return scanned;
  }

  private void modelMiddles() {
    Representatives representatives = partition.representatives();
    for (int from = 0; from < origins.length; from += BATCH) {
      int count = Math.min(BATCH, origins.length - from);
      for (int i = 0; i < count; i++) {
        int list = representatives.listOfRegion(from + i);
        representatives.copy(list, i, components, gates, coordinates);
      }
      modelBatch(count);
      for (int i = 0; i < count; i++) {
        keepModel(i, from + i);
      }
    }
  }

  /** Takes the models of the regions that promise most again, each at its best list. */
  private void refineBest(float spread) {
    Representatives representatives = partition.representatives();
    int count = 0;
    while (count < refined.length && promised.best() > NEGATIVE_INFINITY) {
      int start = count;
      while (count - start < BATCH
          && count < refined.length
          && promised.best() > NEGATIVE_INFINITY) {
        int list = promised.bestList();
        int region = partition.centroids().region(list);
        representatives.copy(list, count - start, components, gates, coordinates);
        promised.hold(region);
        refined[count++] = region;
      }
      modelBatch(count - start);
      for (int i = start; i < count; i++) {
        int region = refined[i];
        if (batchScores[i - start] > origins[region]) {
          keepModel(i - start, region);
          promiseAgain(region, spread);
        }
      }
    }
    for (int i = 0; i < count; i++) {
      promised.settle(refined[i]);
    }
  }

  private void modelBatch(int count) {
    models.at(count, components, gates, coordinates, batchWeights, batchOffsets, batchScores);
  }

  private void keepModel(int row, int region) {
    System.arraycopy(batchWeights, row * stride, weights, region * stride, stride);
    offsets[region] = batchOffsets[row];
    origins[region] = batchScores[row];
  }

  private void promiseAgain(int region, float spread) {
    for (int list = first(region); list < first(region + 1); list++) {
      if (promised.get(list) > NEGATIVE_INFINITY) {
        promised.set(list, promise(list, region, spread));
      }
    }
  }

  private int first(int region) {
    return partition.centroids().firstList(region);
  }

  private float promise(int list, int region, float spread) {
    return offsets[region] + partition.statistics().above(list, weights, region * stride, spread);
  }

  private void scan(int list, int region, float floor) {
    CodeList codeList = partition.list(list);
    CodeList.Codes codes = codeList.codes();
    int blocks = Math.min(codes.blocks(), codeList.usedBlocks());
    int capacity = foundCount + blocks * CodeScanner.BLOCK_ITEMS;
    if (capacity > found.length) {
      found = Arrays.copyOf(found, 2 * capacity);
      estimates = Arrays.copyOf(estimates, 2 * capacity);
      foundOrigins = Arrays.copyOf(foundOrigins, 2 * capacity);
    }
    Projection projection = partition.projection();
    for (int k = 0; k < codeWeights.length; k++) {
      codeWeights[k] = weights[region * stride + k] * projection.step(k);
    }
    scanner.prepare(codeWeights);
    float offset = offsets[region];
    int hits =
        scanner.scanAbove(codes.address(), blocks, floor - offset, found, estimates, foundCount);
    Reference.reachabilityFence(codes);
    int[] slots = codes.slots();
    int kept = foundCount;
    for (int i = foundCount; i < foundCount + hits; i++) {
      int slot = slots[found[i]];
      if (slot >= 0) {
        found[kept] = slot;
        foundOrigins[kept] = origins[region];
        estimates[kept++] = estimates[i] + offset;
      }
    }
    foundCount = kept;
    scanned += blocks * CodeScanner.BLOCK_ITEMS;
  }
}
