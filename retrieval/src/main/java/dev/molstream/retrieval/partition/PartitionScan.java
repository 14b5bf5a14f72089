package dev.molstream.retrieval.partition;

import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.kernel.CodeScanner;
import java.lang.ref.Reference;
import java.util.Arrays;

/**
 * One thread's walk over a partition: lists in the order of what they promise, and of each list the
 * slots whose items come out above a floor by the list's local model.
 *
 * <p>A list promises {@code mean + spread · deviation} of the scores of its items by a local model:
 * at first that of its region, then, when its turn comes, its own.
 */
public final class PartitionScan {
  /** The most lists that are looked at at a time. */
  private static final int ROUND = LocalModels.MOST;

  private final Partition partition;
  private final LocalModels models;
  private final CodeScanner scanner;
  private final PromisedLists promised;
  private final int stride;

  private final float[] regionWeights;
  private final float[] regionOffsets;
  private final float[] regionScores;
  private final float[] components;
  private final float[] gates;
  private final float[] coordinates;
  private final float[] weights;
  private final float[] offsets;
  private final float[] scores;
  private final float[] codeWeights;
  private final int[] round = new int[ROUND];

  private int[] found = new int[4096];
  private float[] estimates = new float[4096];
  private int foundCount;
  private int scanned;
  private int listsScanned;

  /** A walker of its own for one thread. */
  public PartitionScan(
      Partition partition, MolShape shape, GatingNetwork gating, CodeScanner scanner) {
    Projection projection = partition.projection();
    this.partition = partition;
    this.models = new LocalModels(shape, gating, projection);
    this.scanner = scanner;
    this.promised = new PromisedLists(partition.centroids());
    this.stride = models.weightStride();
    int regions = partition.centroids().regionCount();
    this.regionWeights = new float[Math.ceilDiv(regions, ROUND) * ROUND * stride];
    this.regionOffsets = new float[regions + ROUND];
    this.regionScores = new float[regions];
    this.components = new float[ROUND * shape.itemFloats()];
    this.gates = new float[ROUND * shape.logits()];
    this.coordinates = new float[ROUND * projection.dimension()];
    this.weights = new float[ROUND * stride];
    this.offsets = new float[ROUND];
    this.scores = new float[ROUND];
    this.codeWeights = new float[projection.dimension()];
  }

  /** What it walks over. */
  public Partition partition() {
    return partition;
  }

  /** Forgets what the last search counted. */
  public void forget() {
    scanned = 0;
    listsScanned = 0;
  }

  /** Begins a search: ranks the lists. */
  public void start(MolQuery query, float spread) {
    models.prepare(query);
    modelRegions();
    promised.clear();
    for (int region = 0; region < regionScores.length; region++) {
      for (int list = first(region); list < first(region + 1); list++) {
        if (partition.list(list).size() > 0) {
          promised.set(list, Float.POSITIVE_INFINITY);
        }
      }
      promiseAll(region, regionWeights, region * stride, regionOffsets[region], spread);
    }
  }

  /** What the best list left promises; -∞ when none is left. */
  public float promise() {
    return promised.best();
  }

  /**
   * Looks at the best lists left, up to {@value #ROUND} of those that promise more than {@code
   * least}, and keeps the slots whose estimated score reaches {@code floor}.
   */
  public void next(float least, float floor, float spread) {
    Representatives representatives = partition.representatives();
    int count = 0;
    while (count < ROUND && promised.best() > least) {
      int list = promised.poll();
      representatives.copy(list, count, components, gates, coordinates);
      round[count++] = list;
    }
    foundCount = 0;
    if (count == 0) {
      return;
    }
    models.at(count, components, gates, coordinates, weights, offsets, scores);
    for (int i = 0; i < count; i++) {
      refine(round[i], i, spread);
      if (promise(round[i], weights, i * stride, offsets[i], spread) > least) {
        scan(round[i], i, floor);
      }
    }
  }

  /** How many slots the last {@link #next} found. */
  public int foundCount() {
    return foundCount;
  }

  /** The slots found, from 0; may be reordered together with {@link #estimates}. */
  public int[] found() {
    return found;
  }

  /** Their estimated scores. */
  public float[] estimates() {
    return estimates;
  }

  /** How many codes were looked at since {@link #start}. */
  public int scanned() {
    return scanned;
  }

  /** How many lists they were in. */
  public int listsScanned() {
    return listsScanned;
  }

  private void modelRegions() {
    Representatives representatives = partition.representatives();
    int regions = partition.centroids().regionCount();
    for (int from = 0; from < regions; from += ROUND) {
      int count = Math.min(ROUND, regions - from);
      for (int i = 0; i < count; i++) {
        int list = representatives.listOfRegion(from + i);
        representatives.copy(list, i, components, gates, coordinates);
      }
      models.at(count, components, gates, coordinates, weights, offsets, scores);
      System.arraycopy(weights, 0, regionWeights, from * stride, count * stride);
      System.arraycopy(offsets, 0, regionOffsets, from, count);
      Arrays.fill(regionScores, from, from + count, Float.NEGATIVE_INFINITY);
    }
  }

  /** Of the models taken in a region, the one at the best score tells most of its other lists. */
  private void refine(int list, int row, float spread) {
    int region = partition.centroids().region(list);
    if (scores[row] > regionScores[region]) {
      regionScores[region] = scores[row];
      promiseAll(region, weights, row * stride, offsets[row], spread);
    }
  }

  private void promiseAll(int region, float[] modelWeights, int from, float offset, float spread) {
    for (int list = first(region); list < first(region + 1); list++) {
      if (promised.get(list) > Float.NEGATIVE_INFINITY) {
        promised.set(list, promise(list, modelWeights, from, offset, spread));
      }
    }
    promised.settle(region);
  }

  private int first(int region) {
    return partition.centroids().firstList(region);
  }

  private float promise(int list, float[] modelWeights, int from, float offset, float spread) {
    ListStatistics statistics = partition.statistics();
    float variance = statistics.variance(list, modelWeights, from);
    return offset
        + statistics.mean(list, modelWeights, from)
        + spread * (float) Math.sqrt(Math.max(0, variance));
  }

  private void scan(int list, int row, float floor) {
    CodeList codeList = partition.list(list);
    CodeList.Codes codes = codeList.codes();
    int blocks = Math.min(codes.blocks(), codeList.usedBlocks());
    int capacity = foundCount + blocks * CodeScanner.BLOCK_ITEMS;
    if (capacity > found.length) {
      found = Arrays.copyOf(found, 2 * capacity);
      estimates = Arrays.copyOf(estimates, 2 * capacity);
    }
    Projection projection = partition.projection();
    for (int k = 0; k < codeWeights.length; k++) {
      codeWeights[k] = weights[row * stride + k] * projection.step(k);
    }
    scanner.prepare(codeWeights);
    int hits =
        scanner.scanAbove(
            codes.address(), blocks, floor - offsets[row], found, estimates, foundCount);
    Reference.reachabilityFence(codes);
    int[] slots = codes.slots();
    int kept = foundCount;
    for (int i = foundCount; i < foundCount + hits; i++) {
      int slot = slots[found[i]];
      if (slot >= 0) {
        found[kept] = slot;
        estimates[kept++] = estimates[i] + offsets[row];
      }
    }
    foundCount = kept;
    scanned += blocks * CodeScanner.BLOCK_ITEMS;
    listsScanned++;
  }
}
