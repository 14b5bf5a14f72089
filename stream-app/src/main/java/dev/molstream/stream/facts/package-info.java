/**
 * What an instance knows of items that it does not search itself. {@link
 * dev.molstream.stream.facts.ItemFacts} is what answering a request takes; with a replicated
 * catalogue the index has it, with a sharded one {@link dev.molstream.stream.facts.StoredFacts}.
 */
@NullMarked
package dev.molstream.stream.facts;

import org.jspecify.annotations.NullMarked;
