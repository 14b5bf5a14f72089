package dev.molstream.model;

import java.nio.charset.StandardCharsets;

/** The 32-bit FNV-1a hash (IETF draft-eastlake-fnv) of a text's UTF-8 bytes. */
final class Fnv1a {
  private static final int OFFSET_BASIS = 0x811c9dc5;
  private static final int PRIME = 0x01000193;

  private Fnv1a() {}

  static int hash(String text) {
    int hash = OFFSET_BASIS;
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (octet & 0xff)) * PRIME;
    }
    return hash;
  }
}
