package dev.molstream.retrieval.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.molstream.retrieval.TopK;
import dev.molstream.retrieval.record.RecordLayout;
import dev.molstream.retrieval.slots.SlotTable;
import java.util.Arrays;
import java.util.concurrent.locks.StampedLock;

/**
 * The best slots of a search with what their records said, copied, so that it stays true whatever
 * happens to the items. Makes strings only when asked.
 */
final class Answer implements TopK {
  private final SlotTable slots;
  private final RecordLayout layout;
  private byte[] texts = new byte[8192];

  /** Where each rank's id starts; its title follows, then the next rank's id. */
  private int[] idStarts = new int[65];

  private int[] titleStarts = new int[64];
  private float[] scores = new float[64];
  private int size;
  private float gapBound;
  private int scored;
  private int scanned;

  Answer(SlotTable slots, RecordLayout layout) {
    this.slots = slots;
    this.layout = layout;
  }

  /** Copies the first {@code k} of the sorted slots. */
  void copy(RankedSlots ranked, int k) {
    size = Math.min(k, ranked.size());
    if (size > scores.length) {
      scores = new float[2 * size];
      idStarts = new int[2 * size + 1];
      titleStarts = new int[2 * size];
    }
    idStarts[0] = 0;
    for (int rank = 0; rank < size; rank++) {
      scores[rank] = ranked.score(rank);
      copyTexts(rank, ranked.slot(rank));
    }
  }

  void describe(float gapBound, int scored, int scanned) {
    this.gapBound = gapBound;
    this.scored = scored;
    this.scanned = scanned;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public String itemId(int rank) {
    return text(idStarts[checked(rank)], titleStarts[rank]);
  }

  @Override
  public String title(int rank) {
    return text(titleStarts[checked(rank)], idStarts[rank + 1]);
  }

  @Override
  public float score(int rank) {
    return scores[checked(rank)];
  }

  @Override
  public float gapBound() {
    return gapBound;
  }

  @Override
  public int scored() {
    return scored;
  }

  @Override
  public int scanned() {
    return scanned;
  }

  private int checked(int rank) {
    if (rank < 0 || rank >= size) {
      throw new IndexOutOfBoundsException("rank " + rank + " is not within 0 to " + (size - 1));
    }
    return rank;
  }

  private String text(int from, int to) {
    return new String(texts, from, to - from, UTF_8);
  }

  private void copyTexts(int rank, int slot) {
    StampedLock lock = slots.lock(slot);
    long stamp = lock.tryOptimisticRead();
    if (stamp != 0) {
      copyTextsUnderStamp(rank, slot);
      if (lock.validate(stamp)) {
        return;
      }
    }
    stamp = lock.readLock();
    try {
      copyTextsUnderStamp(rank, slot);
    } finally {
      lock.unlockRead(stamp);
    }
  }

  private void copyTextsUnderStamp(int rank, int slot) {
    int at = idStarts[rank];
    long address = slots.address(slot);
    if (address == 0) {
      titleStarts[rank] = at;
      idStarts[rank + 1] = at;
      return;
    }
    if (texts.length - at < RecordLayout.MOST_ID_BYTES + RecordLayout.MOST_TITLE_BYTES) {
      texts = Arrays.copyOf(texts, 2 * texts.length);
    }
    titleStarts[rank] = at + layout.copyId(address, texts, at);
    idStarts[rank + 1] = titleStarts[rank] + layout.copyTitle(address, texts, titleStarts[rank]);
  }
}
