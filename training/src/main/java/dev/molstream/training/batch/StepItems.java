package dev.molstream.training.batch;

import java.util.Arrays;

/**
 * The items of one training step: those of its histories and labels, and the shared negatives, each
 * once, so that the item network runs once per step. Small catalogues come whole.
 */
public final class StepItems {
  private final int[] places;
  private int[] numbers;
  private int count;

  private StepItems(int catalogue) {
    this.places = new int[catalogue];
    this.numbers = new int[Math.min(catalogue, 1024)];
    Arrays.fill(places, -1);
  }

  /** All items, each at the place of its number. */
  static StepItems whole(int catalogue) {
    StepItems items = new StepItems(catalogue);
    for (int item = 0; item < catalogue; item++) {
      items.place(item);
    }
    return items;
  }

  /** No item yet; {@link #place} adds. */
  static StepItems empty(int catalogue) {
    return new StepItems(catalogue);
  }

  /** The place of an item, which is added when it is new. */
  int place(int item) {
    if (places[item] < 0) {
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, count * 2);
      }
      numbers[count] = item;
      places[item] = count++;
    }
    return places[item];
  }

  /** How many items there are. */
  public int count() {
    return count;
  }

  /** How many items the catalogue has. */
  int catalogue() {
    return places.length;
  }

  /** The item number at a place. */
  public int number(int place) {
    return numbers[place];
  }
}
