package dev.molstream.retrieval.scan;

import java.util.List;

/**
 * What the scan index knows of one item beside its vectors. Immutable; replaced whole on a change.
 *
 * @param slot where the vectors lie, from 0; an item keeps its slot until it is deleted
 */
public record ItemEntry(
    int slot, String itemId, String title, List<String> categories, boolean available) {}
