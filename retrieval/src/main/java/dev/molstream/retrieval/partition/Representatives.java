package dev.molstream.retrieval.partition;

import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.snapshot.SnapshotReader;
import dev.molstream.retrieval.snapshot.SnapshotWriter;
import java.io.IOException;
import java.util.Arrays;

/**
 * For each list the vectors of one item near its centre, and for each region one of its lists:
 * where the local models are taken. Copies: they stay when the item goes. Filled before the
 * partition is published, read-only then.
 */
final class Representatives {
  private final int componentFloats;
  private final int gateFloats;
  private final int dimension;
  private final float[] components;
  private final float[] gates;
  private final float[] coordinates;
  private final boolean[] present;
  private final int[] listOfRegion;

  Representatives(MolShape shape, int dimension, int lists, int regions) {
    this.componentFloats = shape.itemFloats();
    this.gateFloats = shape.logits();
    this.dimension = dimension;
    this.components = new float[lists * componentFloats];
    this.gates = new float[lists * gateFloats];
    this.coordinates = new float[lists * dimension];
    this.present = new boolean[lists];
    this.listOfRegion = new int[regions];
    Arrays.fill(listOfRegion, -1);
  }

  void set(int list, float[] itemComponents, float[] itemGate, float[] itemCoordinates) {
    System.arraycopy(itemComponents, 0, components, list * componentFloats, componentFloats);
    System.arraycopy(itemGate, 0, gates, list * gateFloats, gateFloats);
    System.arraycopy(itemCoordinates, 0, coordinates, list * dimension, dimension);
    present[list] = true;
  }

  void setListOfRegion(int region, int list) {
    listOfRegion[region] = list;
  }

  /** The list whose representative stands for the region; negative when it has none. */
  int listOfRegion(int region) {
    return listOfRegion[region];
  }

  /** Takes another list's representative for a list without one. */
  void borrow(int list, int from) {
    System.arraycopy(
        components, from * componentFloats, components, list * componentFloats, componentFloats);
    System.arraycopy(gates, from * gateFloats, gates, list * gateFloats, gateFloats);
    System.arraycopy(coordinates, from * dimension, coordinates, list * dimension, dimension);
    present[list] = true;
  }

  boolean has(int list) {
    return present[list];
  }

  /** Copies a list's representative into row {@code row} of the arrays. */
  void copy(int list, int row, float[] toComponents, float[] toGates, float[] toCoordinates) {
    System.arraycopy(
        components, list * componentFloats, toComponents, row * componentFloats, componentFloats);
    System.arraycopy(gates, list * gateFloats, toGates, row * gateFloats, gateFloats);
    System.arraycopy(coordinates, list * dimension, toCoordinates, row * dimension, dimension);
  }

  /** Writes what {@link #restore} reads. */
  void save(SnapshotWriter out) throws IOException {
    int[] presence = new int[present.length];
    Arrays.setAll(presence, list -> present[list] ? 1 : 0);
    out.writeFloats(components);
    out.writeFloats(gates);
    out.writeFloats(coordinates);
    out.writeInts(presence);
    out.writeInts(listOfRegion);
  }

  /** Replaces everything by what was saved. */
  void restore(SnapshotReader in) {
    System.arraycopy(in.readFloats(), 0, components, 0, components.length);
    System.arraycopy(in.readFloats(), 0, gates, 0, gates.length);
    System.arraycopy(in.readFloats(), 0, coordinates, 0, coordinates.length);
    int[] presence = in.readInts();
    for (int list = 0; list < present.length; list++) {
      present[list] = presence[list] != 0;
    }
    System.arraycopy(in.readInts(), 0, listOfRegion, 0, listOfRegion.length);
  }

  long retainedBytes() {
    return 4L * (components.length + gates.length + coordinates.length) + present.length;
  }
}
