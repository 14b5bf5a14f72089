package dev.molstream.benchmark.catalogue;

import dev.molstream.model.ItemContent;
import dev.molstream.model.ItemHeads;
import dev.molstream.model.ItemTower;
import dev.molstream.model.ItemVectors;
import dev.molstream.model.ModelBundle;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolShape;
import java.util.List;

/**
 * The items to measure with: the data set's own as the item tower embeds them, and as many more as
 * wanted, whose base vectors are mixtures ({@link BaseVectors}) and whose components and gates come
 * from the tower's own heads. Vectors are made when asked for; only the real ones are held.
 *
 * <p>One thread.
 */
public final class Catalogue implements AutoCloseable {
  private static final float PARITY = 1e-5f;

  private final MolShape shape;
  private final List<ItemContent> contents;
  private final List<ItemVectors> real;
  private final BaseVectors bases;
  private final Categories categories;
  private final ItemHeads heads;
  private final int items;
  private final float[] baseBatch;
  private final float[] componentBatch;
  private final float[] gateBatch;

  private Catalogue(
      MolShape shape,
      List<ItemContent> contents,
      List<ItemVectors> real,
      int items,
      ItemHeads heads,
      long seed) {
    this.shape = shape;
    this.contents = contents;
    this.real = real;
    this.items = items;
    this.heads = heads;
    this.bases = BaseVectors.of(real.stream().map(ItemVectors::base).toArray(float[][]::new), seed);
    this.categories = Categories.of(bases, items, seed);
    this.baseBatch = new float[ItemHeads.BATCH * shape.baseDimension()];
    this.componentBatch = new float[ItemHeads.BATCH * shape.itemFloats()];
    this.gateBatch = new float[ItemHeads.BATCH * shape.logits()];
  }

  /** Receives items with their numbers, in order. The arrays are reused: copy what is kept. */
  @FunctionalInterface
  public interface Receiver {
    void accept(int number, MolItem item);
  }

  /**
   * Embeds the real items and checks that the tower's heads agree with the tower.
   *
   * @param items how many to make; when fewer than the data set has, its first ones
   * @throws IllegalStateException when heads and tower differ
   */
  public static Catalogue of(ModelBundle bundle, List<ItemContent> contents, int items, long seed) {
    List<ItemVectors> real;
    try (ItemTower tower = bundle.openItemTower()) {
      real = tower.embed(contents);
    }
    ItemHeads heads = bundle.openItemHeads();
    try {
      Catalogue catalogue =
          new Catalogue(bundle.manifest().shape(), contents, real, items, heads, seed);
      catalogue.requireParity();
      return catalogue;
    } catch (RuntimeException e) {
      heads.close();
      throw e;
    }
  }

  /** How many items there are. */
  public int items() {
    return items;
  }

  /** How many of them are the data set's own. */
  public int realItems() {
    return Math.min(items, real.size());
  }

  /** Where the base vectors come from. */
  public BaseVectors bases() {
    return bases;
  }

  /** Base vectors of the data set's items, also of those beyond {@link #items}. */
  public float[] realBase(int item) {
    return real.get(item).base();
  }

  /** Makes the items {@code from} to {@code to}, exclusive. */
  public void forEach(int from, int to, Receiver receiver) {
    float[] base = new float[shape.baseDimension()];
    float[] components = new float[shape.itemFloats()];
    float[] gate = new float[shape.logits()];
    for (int start = from; start < to; start += ItemHeads.BATCH) {
      int count = Math.min(ItemHeads.BATCH, to - start);
      embed(start, count);
      for (int i = 0; i < count; i++) {
        System.arraycopy(baseBatch, i * base.length, base, 0, base.length);
        System.arraycopy(componentBatch, i * components.length, components, 0, components.length);
        System.arraycopy(gateBatch, i * gate.length, gate, 0, gate.length);
        int number = start + i;
        List<String> carried = categories.of(number, base, 0);
        receiver.accept(
            number,
            new MolItem(itemId(number), title(number), carried, true, base, components, gate));
      }
    }
  }

  /** The id of an item. */
  public String itemId(int number) {
    return number < real.size() ? contents.get(number).itemId() : "mixture-" + number;
  }

  @Override
  public void close() {
    heads.close();
  }

  private String title(int number) {
    return number < real.size() ? contents.get(number).title() : "";
  }

  private void embed(int start, int count) {
    for (int i = 0; i < count; i++) {
      bases.write(start + i, baseBatch, i * shape.baseDimension());
    }
    heads.run(count, baseBatch, componentBatch, gateBatch);
    for (int i = 0; i < count && start + i < real.size(); i++) {
      ItemVectors known = real.get(start + i);
      System.arraycopy(
          known.components(), 0, componentBatch, i * shape.itemFloats(), shape.itemFloats());
      System.arraycopy(known.gate(), 0, gateBatch, i * shape.logits(), shape.logits());
    }
  }

  private void requireParity() {
    for (int start = 0; start < real.size(); start += ItemHeads.BATCH) {
      int count = Math.min(ItemHeads.BATCH, real.size() - start);
      for (int i = 0; i < count; i++) {
        bases.write(start + i, baseBatch, i * shape.baseDimension());
      }
      heads.run(count, baseBatch, componentBatch, gateBatch);
      for (int i = 0; i < count; i++) {
        ItemVectors tower = real.get(start + i);
        String item = "item " + contents.get(start + i).itemId();
        requireEqual(item + ": components", tower.components(), componentBatch, i);
        requireEqual(item + ": gate", tower.gate(), gateBatch, i);
      }
    }
  }

  private static void requireEqual(String name, float[] tower, float[] batch, int place) {
    for (int i = 0; i < tower.length; i++) {
      float cut = batch[place * tower.length + i];
      if (!(Math.abs(cut - tower[i]) <= PARITY * Math.max(1, Math.abs(tower[i])))) {
        throw new IllegalStateException(
            "%s differ: the tower gives %s, the heads cut out of it %s"
                .formatted(name, tower[i], cut));
      }
    }
  }
}
