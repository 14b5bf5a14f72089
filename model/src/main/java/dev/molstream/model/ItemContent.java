package dev.molstream.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the item tower may know of an item.
 *
 * @param itemId the item
 * @param title its words are features, and a year in parentheses at its end, as in "Heat (1995)"
 * @param categories each a feature
 * @param attributes "year" is read when the title has none
 * @param contentEmbedding of the feature spec's content dimension, or null
 */
@SuppressWarnings("ArrayRecordComponent") // borrowed for the call
public record ItemContent(
    String itemId,
    String title,
    List<String> categories,
    Map<String, String> attributes,
    float @Nullable [] contentEmbedding) {}
