package dev.molstream.model;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns item content into the item tower's inputs, the same way in training and in serving.
 * Immutable; any thread.
 *
 * <p>An item's features, in this order; those beyond the spec's maxFeatures are dropped:
 *
 * <ol>
 *   <li>{@code year:1995}, from "(1995)" at the title's end, else from the attribute "year", if
 *       that is four digits
 *   <li>{@code decade:1990}, when there is a year
 *   <li>{@code category:comedy}, one per category, stripped
 *   <li>{@code word:heat}, one per title word in the title's order: runs of letters, marks and
 *       digits; apostrophes within are left out; "a", "an" and "the" make none, so that "Matrix,
 *       The" and "The Matrix" are the same
 * </ol>
 *
 * <p>All are in Unicode form NFKC and lower case. A feature's bucket is 1 + (FNV-1a hash, 32 bits
 * unsigned, of the feature's UTF-8 bytes, modulo hashBuckets − 1). A bucket is used once per item.
 * Bundles depend on every word of this: changing it makes trained models worthless.
 */
public final class ItemFeatureEncoder {
  private static final Pattern TITLE_YEAR =
      Pattern.compile("^(.*)\\((\\d{4})(?:[-–]\\d{0,4})?\\)\\s*$", Pattern.DOTALL);
  private static final Pattern YEAR = Pattern.compile("\\d{4}");
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}'’]+");
  private static final Pattern APOSTROPHES = Pattern.compile("['’]+");
  private static final Set<String> ARTICLES = Set.of("a", "an", "the");

  private final FeatureSpec spec;
  private final Map<String, Integer> rows;

  private ItemFeatureEncoder(FeatureSpec spec, Map<String, Integer> rows) {
    this.spec = spec;
    this.rows = rows;
  }

  /**
   * An encoder for the given spec; row r+1 of the id table belongs to {@code
   * trainedItemIds.get(r)}.
   *
   * @throws IllegalArgumentException when an id comes twice
   */
  public static ItemFeatureEncoder of(FeatureSpec spec, List<String> trainedItemIds) {
    Map<String, Integer> rows = HashMap.newHashMap(trainedItemIds.size());
    for (String itemId : trainedItemIds) {
      if (rows.put(itemId, rows.size() + 1) != null) {
        throw new IllegalArgumentException("item id \"" + itemId + "\" comes twice");
      }
    }
    return new ItemFeatureEncoder(spec, rows);
  }

  /** The spec it was made for. */
  public FeatureSpec spec() {
    return spec;
  }

  /** The item's row in the id table, 1 … n, or 0 when training never saw it. */
  public int row(String itemId) {
    return rows.getOrDefault(itemId, 0);
  }

  /**
   * Writes the item's hashed features to {@code target} from {@code position}, padded with 0 to
   * maxFeatures.
   */
  public void features(ItemContent item, long[] target, int position) {
    Buckets buckets = new Buckets(target, position);
    Matcher titleYear = TITLE_YEAR.matcher(item.title());
    boolean yearInTitle = titleYear.matches();
    String year =
        yearInTitle ? titleYear.group(2) : item.attributes().getOrDefault("year", "").strip();
    if (YEAR.matcher(year).matches()) {
      buckets.add("year:" + year);
      buckets.add("decade:" + year.substring(0, 3) + "0");
    }
    for (String category : item.categories()) {
      buckets.add("category:" + normalized(category.strip()));
    }
    Matcher words = WORD.matcher(normalized(yearInTitle ? titleYear.group(1) : item.title()));
    while (buckets.hasRoom() && words.find()) {
      String word = APOSTROPHES.matcher(words.group()).replaceAll("");
      if (!word.isEmpty() && !ARTICLES.contains(word)) {
        buckets.add("word:" + word);
      }
    }
    buckets.pad();
  }

  private int bucket(String feature) {
    return 1 + Integer.remainderUnsigned(Fnv1a.hash(feature), spec.hashBuckets() - 1);
  }

  private static String normalized(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
  }

  /** The part of the target that belongs to one item. */
  private final class Buckets {
    private final long[] target;
    private final int start;
    private final int end;
    private int next;

    private Buckets(long[] target, int start) {
      this.target = target;
      this.start = start;
      this.end = start + spec.maxFeatures();
      this.next = start;
    }

    private boolean hasRoom() {
      return next < end;
    }

    private void add(String feature) {
      if (!hasRoom()) {
        return;
      }
      int bucket = bucket(feature);
      for (int i = start; i < next; i++) {
        if (target[i] == bucket) {
          return;
        }
      }
      target[next++] = bucket;
    }

    private void pad() {
      while (hasRoom()) {
        target[next++] = 0;
      }
    }
  }
}
