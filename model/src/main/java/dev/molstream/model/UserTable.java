package dev.molstream.model;

/**
 * Rows of a query tower's table of users. Row 0 is nobody in particular; a user's row is 1 +
 * ({@link #hash} of the id, modulo rows − 1). Users may share a row: the more rows, the fewer do.
 * The tower holds the table and the modulo; it is given the hash.
 *
 * @param rows 2 to 16,777,216, or 0 when the tower has no such table
 */
public record UserTable(int rows) {
  /** No table: every user has row 0. */
  public static final UserTable NONE = new UserTable(0);

  public UserTable {
    if (rows != 0) {
      ModelManifest.requireRange("user rows", rows, 2, 1 << 24);
    }
  }

  /** FNV-1a, 32 bits unsigned, of the id's UTF-8 bytes. Bundles depend on it. */
  public static long hash(String userId) {
    return Integer.toUnsignedLong(Fnv1a.hash(userId));
  }

  /** The row of a user; 0 when there is no table. */
  public int row(String userId) {
    return rows == 0 ? 0 : (int) (1 + hash(userId) % (rows - 1));
  }
}
