package dev.molstream.retrieval.partition;

import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.snapshot.SnapshotReader;
import dev.molstream.retrieval.snapshot.SnapshotWriter;
import java.io.IOException;
import java.util.Arrays;

/**
 * The codes of all items, near ones in the same list. The writer puts an item into the list whose
 * centre is nearest; a scan looks at the lists in the order of what their centres promise.
 *
 * <p>One writer thread, any number of readers, each with a {@link PartitionScan} of its own.
 */
public final class Partition {
  private static final int CHUNK_BITS = 16;
  private static final int CHUNK_SLOTS = 1 << CHUNK_BITS;

  /** Instead of a list: the slot is in none. */
  static final int NOWHERE = -1;

  private final Projection projection;
  private final Centroids centroids;
  private final CodeList[] lists;
  private final ListStatistics statistics;
  private final Representatives representatives;

  /** The list of each slot. Writer only. */
  private int[][] listOfSlot = {};

  private final float[] coordinates;
  private final float[] decoded;
  private final float[] scratch;
  private volatile int size;

  Partition(MolShape shape, Projection projection, Centroids centroids) {
    this.projection = projection;
    this.centroids = centroids;
    this.lists = new CodeList[centroids.count()];
    Arrays.setAll(lists, _ -> new CodeList(projection.dimension(), 0));
    this.statistics = new ListStatistics(lists.length, projection.dimension());
    this.representatives =
        new Representatives(shape, projection.dimension(), lists.length, centroids.regionCount());
    this.coordinates = new float[projection.dimension()];
    this.decoded = new float[projection.dimension()];
    this.scratch = new float[centroids.scratchFloats()];
  }

  /** The list that an item with these components belongs to. Writer only. */
  int nearestList(float[] components) {
    projection.project(components, coordinates);
    return centroids.nearest(coordinates, scratch);
  }

  /** Makes room in the lists, which are empty. */
  void reserve(int[] sizes) {
    for (int list = 0; list < lists.length; list++) {
      lists[list] = new CodeList(projection.dimension(), sizes[list]);
    }
  }

  /** What {@link #save} wrote, of the same shape. */
  public static Partition restore(SnapshotReader in, MolShape shape) {
    Projection projection = Projection.restore(in, shape);
    Partition partition = new Partition(shape, projection, Centroids.restore(in));
    partition.statistics.restore(in);
    partition.representatives.restore(in);
    for (int number = 0; number < partition.lists.length; number++) {
      CodeList list = CodeList.restore(in, projection.dimension());
      partition.lists[number] = list;
      for (int slot : list.codes().slots()) {
        if (slot != CodeList.NOBODY) {
          partition.setListOf(slot, number);
        }
      }
      partition.size += list.size();
    }
    return partition;
  }

  /** Writer only: writes what {@link #restore} reads. */
  public void save(SnapshotWriter out) throws IOException {
    projection.save(out);
    centroids.save(out);
    statistics.save(out);
    representatives.save(out);
    for (CodeList list : lists) {
      list.save(out);
    }
  }

  /** What turns components into codes. */
  public Projection projection() {
    return projection;
  }

  /** How many items. */
  public int size() {
    return size;
  }

  /** How many lists. */
  public int listCount() {
    return lists.length;
  }

  /** Writer only: adds the item or replaces it. */
  public void put(int slot, float[] components) {
    place(slot, nearestList(components));
  }

  /** Writer only: the same for an item whose nearest list is known. */
  void put(int slot, float[] components, int list) {
    projection.project(components, coordinates);
    place(slot, list);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  private void place(int slot, int list) {
    int present = listOf(slot);
    // The new place first: a scan finds the item in one of them at least.
    int lane = lists[list].add(slot, projection, coordinates);
    lists[list].copyCoordinates(lane, projection, decoded);
    statistics.add(list, decoded);
    setListOf(slot, list);
    if (present == NOWHERE) {
      size++;
    } else {
      takeOut(slot, present, present == list ? lane : CodeList.NOBODY);
    }
  }

  /** Writer only: removes the item, if it is there. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  public void remove(int slot) {
    int list = listOf(slot);
    if (list != NOWHERE) {
      takeOut(slot, list, CodeList.NOBODY);
      setListOf(slot, NOWHERE);
      size--;
    }
  }

  /** Takes the slot out of the list, but not out of the lane {@code kept}. */
  private void takeOut(int slot, int list, int kept) {
    int lane = lists[list].removeOther(slot, kept);
    lists[list].copyCoordinates(lane, projection, decoded);
    statistics.remove(list, decoded);
  }

  /** Bytes on and off the heap. */
  public long retainedBytes() {
    long bytes =
        projection.retainedBytes()
            + centroids.retainedBytes()
            + statistics.retainedBytes()
            + representatives.retainedBytes();
    for (CodeList list : lists) {
      bytes += list.retainedBytes();
    }
    return bytes + (long) listOfSlot.length * CHUNK_SLOTS * Integer.BYTES;
  }

  Centroids centroids() {
    return centroids;
  }

  ListStatistics statistics() {
    return statistics;
  }

  Representatives representatives() {
    return representatives;
  }

  /** The coordinates of what was put or looked up last. */
  float[] lastCoordinates() {
    return coordinates;
  }

  /** The list of what was put last into the slot; negative when there is nothing. */
  int listOf(int slot) {
    int chunk = slot >>> CHUNK_BITS;
    return chunk < listOfSlot.length ? listOfSlot[chunk][slot & CHUNK_SLOTS - 1] : NOWHERE;
  }

  CodeList list(int number) {
    return lists[number];
  }

  private void setListOf(int slot, int list) {
    int chunk = slot >>> CHUNK_BITS;
    while (chunk >= listOfSlot.length) {
      listOfSlot = Arrays.copyOf(listOfSlot, listOfSlot.length + 1);
      listOfSlot[listOfSlot.length - 1] = new int[CHUNK_SLOTS];
      Arrays.fill(listOfSlot[listOfSlot.length - 1], NOWHERE);
    }
    listOfSlot[chunk][slot & CHUNK_SLOTS - 1] = list;
  }
}
