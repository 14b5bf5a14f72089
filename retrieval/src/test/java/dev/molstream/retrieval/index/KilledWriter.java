package dev.molstream.retrieval.index;

import dev.molstream.retrieval.Examples;
import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolShape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A process that writes to an index until it is killed: see {@link KillTest}. */
final class KilledWriter {
  static final int ITEMS = 500;
  static final int OFFSETS_EVERY = 777;

  private KilledWriter() {}

  /** The settings of both processes. */
  static IndexSettings settings(Path directory) {
    MolShape shape = Examples.shape(4, 4, 16, 8);
    GatingNetwork gating = Examples.gating(shape, new SplittableRandom(1), 1);
    return Examples.settings(directory, shape, gating);
  }

  /** What the source holds at an offset: item by item, round after round. */
  static MolItem at(IndexSettings settings, long offset) {
    MolShape shape = settings.shape();
    long round = offset / ITEMS;
    float[] base = new float[shape.baseDimension()];
    float[] components = new float[shape.itemFloats()];
    float[] gate = new float[shape.logits()];
    Arrays.fill(base, round);
    Arrays.fill(components, 0.25f);
    Arrays.fill(gate, round);
    return new MolItem(
        "item " + offset % ITEMS,
        "round " + round,
        List.of("x".repeat((int) (round % 7) + 1)),
        true,
        base,
        components,
        gate);
  }

  /** Writes for ever to the directory named by the argument; says on stdout how far it is. */
  public static void main(String[] arguments) {
    IndexSettings settings = settings(Path.of(arguments[0]));
    ItemIndex index = ItemIndex.open(settings);
    for (long offset = 0; ; offset++) {
      index.upsert(at(settings, offset));
      if ((offset + 1) % OFFSETS_EVERY == 0) {
        index.storeOffsets(Map.of(0, offset + 1));
        System.out.println("stored " + (offset + 1));
      }
    }
  }
}
