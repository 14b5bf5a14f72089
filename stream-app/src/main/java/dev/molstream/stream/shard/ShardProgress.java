package dev.molstream.stream.shard;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** Which shards of this instance have read their items. Thread-safe. */
final class ShardProgress {
  private final Map<Integer, Boolean> caughtUp = new ConcurrentHashMap<>();

  /** The shard is here and has what could be restored. */
  void opened(int shard) {
    caughtUp.put(shard, false);
  }

  /** It has what the topic held, too. */
  void caughtUp(int shard) {
    caughtUp.replace(shard, true);
  }

  /** It is elsewhere now. */
  void closed(int shard) {
    caughtUp.remove(shard);
  }

  /** The shards here that are still reading, in order. */
  Set<Integer> reading() {
    Set<Integer> shards = new TreeSet<>();
    caughtUp.forEach(
        (shard, done) -> {
          if (!done) {
            shards.add(shard);
          }
        });
    return shards;
  }
}
