package dev.molstream.retrieval;

import java.nio.file.Path;

/**
 * Where and for what an index is opened.
 *
 * @param directory holds the index files of this model; created when missing; one process at a time
 * @param modelId letters, digits, '.', '_' and '-'
 * @param shape the model's sizes
 * @param gating the model's cross gate
 * @param expectedItems how many items to size the store for, at least 1
 */
public record IndexSettings(
    Path directory, String modelId, MolShape shape, GatingNetwork gating, long expectedItems) {}
