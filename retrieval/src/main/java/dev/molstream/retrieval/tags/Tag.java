package dev.molstream.retrieval.tags;

/** Names of what an item can carry. */
public final class Tag {
  private Tag() {}

  /** A category. */
  public static String category(String name) {
    return "c\0" + name;
  }

  /** A value of an attribute. */
  public static String attribute(String key, String value) {
    return "a\0" + key + "\0" + value;
  }
}
