package dev.molstream.answering;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stand-in for a text encoder: it knows no language and has learned nothing. A text's words,
 * pairs of neighbouring words, and the runs of three and four letters in its words are counted;
 * each adds the square root of its count, with a sign, at a place that its hash gives; the sum is
 * scaled to length √D, as the outputs of layer-normalised encoders are. The same text always gives
 * the same vector. Immutable; any thread.
 *
 * @param dimension D, numbers per text, a power of two from 2 to 4096
 */
record HashedNgrams(int dimension) {
  /** What it is called in a bundle. */
  static final String NAME = "hashed-n-grams";

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}]+");
  private static final int SHORTEST = 3;
  private static final int LONGEST = 4;
  private static final int GOLDEN_RATIO = 0x9E3779B9;

  HashedNgrams {
    if (Integer.bitCount(dimension) != 1 || dimension < 2 || dimension > 4096) {
      throw new IllegalArgumentException(
          "dimension " + dimension + " is not a power of two from 2 to 4096");
    }
  }

  /** The words of a text, in lower case. */
  static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    String normal = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    for (Matcher found = WORD.matcher(normal); found.find(); ) {
      words.add(found.group());
    }
    return words;
  }

  /** The vector of a text, given as its words; all 0 when there are none. */
  float[] encode(List<String> words) {
    float[] vector = new float[dimension];
    ngrams(words)
        .forEach(
            (ngram, count) -> {
              // Java fixes the hash of a text; the product spreads it over the upper bits.
              int hash = ngram.hashCode() * GOLDEN_RATIO;
              int place = hash >>> (Integer.SIZE - Integer.numberOfTrailingZeros(dimension));
              int sign = (hash & 1 << 8) == 0 ? 1 : -1;
              vector[place] += (float) (sign * Math.sqrt(count));
            });
    double squares = 0;
    for (float value : vector) {
      squares += value * value;
    }
    if (squares > 0) {
      float scale = (float) Math.sqrt(dimension / squares);
      for (int i = 0; i < dimension; i++) {
        vector[i] *= scale;
      }
    }
    return vector;
  }

  private static Map<String, Integer> ngrams(List<String> words) {
    Map<String, Integer> counts = new HashMap<>();
    String previous = "";
    for (String word : words) {
      counts.merge("word " + word, 1, Integer::sum);
      if (!previous.isEmpty()) {
        counts.merge("pair " + previous + " " + word, 1, Integer::sum);
      }
      String framed = "<" + word + ">";
      for (int length = SHORTEST; length <= LONGEST; length++) {
        for (int start = 0; start + length <= framed.length(); start++) {
          counts.merge("part " + framed.substring(start, start + length), 1, Integer::sum);
        }
      }
      previous = word;
    }
    return counts;
  }
}
