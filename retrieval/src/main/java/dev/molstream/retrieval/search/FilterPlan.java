package dev.molstream.retrieval.search;

import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.slots.IdDictionary;
import dev.molstream.retrieval.slots.SlotMarks;
import dev.molstream.retrieval.tags.SlotSet;
import org.roaringbitmap.IntConsumer;

/**
 * A search's filter, turned to slots: which to leave out, which sets they must be in, and, when few
 * can pass, which those are. Reused from search to search; one thread.
 */
final class FilterPlan {
  /** Up to so many items are scored one by one instead of searched for. */
  static final int FEW = 8192;

  private static final int ALL = Integer.MAX_VALUE;

  private final SearchableItems items;
  private final SlotMarks excluded = new SlotMarks();
  private final SlotMarks listed = new SlotMarks();
  private final SlotMarks met = new SlotMarks();
  private final IntConsumer addToListed = listed::add;

  private SlotSet[][] groups = new SlotSet[4][8];
  private int[] groupSizes = new int[4];
  private int groupCount;
  private boolean onlyListed;

  FilterPlan(SearchableItems items) {
    this.items = items;
  }

  void start(SearchFilter filter) {
    int limit = items.slots().limit();
    excluded.start(limit);
    listed.start(limit);
    met.start(limit);
    for (String itemId : filter.excluded()) {
      int slot = items.ids().find(itemId);
      if (slot != IdDictionary.ABSENT) {
        excluded.add(slot);
      }
    }
    int fewest = readGroups(filter.tagGroups());
    String[] allowed = filter.allowed();
    onlyListed = allowed != null;
    if (allowed != null) {
      for (String itemId : allowed) {
        int slot = items.ids().find(itemId);
        if (slot != IdDictionary.ABSENT) {
          listed.add(slot);
        }
      }
    } else if (groupCount > 0 && size(fewest) <= FEW) {
      onlyListed = true;
      for (int i = 0; i < groupSizes[fewest]; i++) {
        groups[fewest][i].forEach(addToListed);
      }
    }
  }

  /** True when {@link #listed} holds every slot that can pass. */
  boolean onlyListed() {
    return onlyListed;
  }

  /** Slots to look at one by one; {@link #passes} has the last word. */
  SlotMarks listed() {
    return listed;
  }

  /** Whether the item in the slot may be returned, as far as can be told without its record. */
  boolean passes(int slot) {
    if (!items.slots().isAvailable(slot) || excluded.contains(slot)) {
      return false;
    }
    for (int group = 0; group < groupCount; group++) {
      if (!inGroup(group, slot)) {
        return false;
      }
    }
    return true;
  }

  /** Whether this search meets the slot for the first time. */
  boolean firstTime(int slot) {
    return met.add(slot);
  }

  /** Whether this search met the slot. */
  boolean met(int slot) {
    return met.contains(slot);
  }

  /** The same for a slot that may have changed: looks at everything anew. */
  boolean passesNow(int slot, SearchFilter filter) {
    for (String itemId : filter.excluded()) {
      if (items.ids().find(itemId) == slot) {
        return false;
      }
    }
    String[] allowed = filter.allowed();
    if (allowed != null && !isOneOf(slot, allowed)) {
      return false;
    }
    readGroups(filter.tagGroups());
    for (int group = 0; group < groupCount; group++) {
      if (!inGroup(group, slot)) {
        return false;
      }
    }
    return items.slots().isAvailable(slot);
  }

  private boolean isOneOf(int slot, String[] itemIds) {
    for (String itemId : itemIds) {
      if (items.ids().find(itemId) == slot) {
        return true;
      }
    }
    return false;
  }

  /** Fills {@link #groups}; the number of the group with the fewest slots, -1 without groups. */
  private int readGroups(String[][] tags) {
    if (tags.length > groups.length) {
      groups = new SlotSet[tags.length][8];
      groupSizes = new int[tags.length];
    }
    groupCount = tags.length;
    int fewest = -1;
    for (int group = 0; group < tags.length; group++) {
      if (tags[group].length > groups[group].length) {
        groups[group] = new SlotSet[tags[group].length];
      }
      groupSizes[group] = tags[group].length;
      for (int i = 0; i < tags[group].length; i++) {
        groups[group][i] = items.tags().slots(tags[group][i]);
      }
      if (fewest < 0 || size(group) < size(fewest)) {
        fewest = group;
      }
    }
    return fewest;
  }

  private int size(int group) {
    int size = 0;
    for (int i = 0; i < groupSizes[group]; i++) {
      size = Math.min(ALL - size, groups[group][i].size()) + size;
    }
    return size;
  }

  private boolean inGroup(int group, int slot) {
    for (int i = 0; i < groupSizes[group]; i++) {
      if (groups[group][i].contains(slot)) {
        return true;
      }
    }
    return false;
  }
}
