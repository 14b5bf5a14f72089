package dev.molstream.stream.model;

/** Who searches which items. */
public enum Catalogue {
  /** Every instance has all items. */
  REPLICATED,
  /** Every instance has some partitions of item-embeddings and asks the others for the rest. */
  SHARDED
}
