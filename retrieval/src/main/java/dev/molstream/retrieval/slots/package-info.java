/**
 * Who is where: {@link dev.molstream.retrieval.slots.SlotTable} gives every item a small number,
 * its slot, and knows where the slot's record lies in the Chronicle Map; {@link
 * dev.molstream.retrieval.slots.IdDictionary} finds the slot of an item id; {@link
 * dev.molstream.retrieval.slots.ChangeLog} tells a search what changed while it ran.
 *
 * <p>One writer thread, any number of readers.
 */
@NullMarked
package dev.molstream.retrieval.slots;

import org.jspecify.annotations.NullMarked;
