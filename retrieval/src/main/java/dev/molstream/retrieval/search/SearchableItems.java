package dev.molstream.retrieval.search;

import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.partition.Partition;
import dev.molstream.retrieval.partition.QuerySample;
import dev.molstream.retrieval.record.RecordLayout;
import dev.molstream.retrieval.slots.ChangeLog;
import dev.molstream.retrieval.slots.IdDictionary;
import dev.molstream.retrieval.slots.SlotTable;
import dev.molstream.retrieval.tags.TagIndex;
import org.jspecify.annotations.Nullable;

/** What a searcher sees of an index. Any thread. */
public interface SearchableItems {
  /** Model, shape and gating. */
  IndexSettings settings();

  /** How to read a record. */
  RecordLayout layout();

  /** The records. */
  SlotTable slots();

  /** The items by id. */
  IdDictionary ids();

  /** The items by category and attribute. */
  TagIndex tags();

  /** What changed. */
  ChangeLog changes();

  /** What was asked of late. */
  QuerySample queries();

  /** Takes note of a query that was asked. */
  void noteQuery(MolQuery query);

  /** The present partition; null while there are too few items for one. */
  @Nullable Partition partition();

  /** The averaged vectors, made at the first call: only some algorithms need them. */
  AveragedCodes averages();

  /** What no item component's length exceeds. */
  float longestComponent();

  /** Waits for the writer to finish its change and keeps it from the next. */
  void holdWriter();

  /** Ends what {@link #holdWriter} began. */
  void releaseWriter();

  /**
   * Begins to look at records: until {@link #leave} their memory stays mapped.
   *
   * @throws IllegalStateException once the index is closed
   */
  long enter();

  /** Ends what {@link #enter} began. */
  void leave(long stamp);
}
