/**
 * The index-updater: reads {@code item-updates}, runs each item through the item tower of one model
 * and writes {@code item-embeddings}. {@link dev.molstream.updater.IndexUpdater} is the whole of
 * it, {@link dev.molstream.updater.IndexUpdaterCommand} the way to it from a shell.
 *
 * <p>Kafka Streams threads run the topology; they share one item tower, one batch at a time.
 */
@NullMarked
package dev.molstream.updater;

import org.jspecify.annotations.NullMarked;
