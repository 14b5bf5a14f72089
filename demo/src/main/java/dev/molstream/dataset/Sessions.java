package dev.molstream.dataset;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.molstream.model.ItemContent;
import dev.molstream.schemas.Action;
import dev.molstream.training.Split;
import dev.molstream.training.TrainingData;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A folder of sessions, as #nowplaying is handed round for session recommenders: each line of
 * {@code train.txt} and {@code test.txt} is a session's id and its items in order, separated by
 * spaces; the last item of a test session is the one to foretell. A session is a user here; ids of
 * test sessions get the prefix "test-", since the files number theirs alike.
 *
 * <p>The files know neither titles, nor what was done, nor when. Times are made up: a session
 * begins one minute after the one of the line before, test sessions after all others, and its items
 * are a minute apart. Their order is real, their distance is not.
 */
final class Sessions implements Dataset {
  static final String FILES = "with train.txt and test.txt";

  private static final String TRAIN = "train.txt";
  private static final String TEST = "test.txt";
  private static final String TEST_PREFIX = "test-";
  private static final int VALIDATION_EVERY = 50;
  private static final int LONGEST_ID = 256;
  private static final long MINUTE_MILLIS = 60_000;

  private final String name;
  private final Path folder;

  // By id, in the order of first appearance.
  private final Map<String, ItemContent> items = new LinkedHashMap<>();

  private Sessions(Path folder) {
    Path absolute = folder.toAbsolutePath().normalize();
    this.name =
        absolute.getFileName() == null ? absolute.toString() : absolute.getFileName().toString();
    this.folder = folder;
    Set<String> ids = new HashSet<>();
    forEachSession(
        session -> {
          session.requireValid();
          if (!ids.add(session.userId())) {
            throw session.invalid(
                "session id", session.fields[0], "an id that no earlier line has");
          }
          for (int i = 1; i < session.fields.length; i++) {
            items.computeIfAbsent(
                session.fields[i], id -> new ItemContent(id, "", List.of(), Map.of(), null));
          }
        });
  }

  /** Whether the folder holds the files. */
  static boolean isIn(Path folder) {
    return Files.isReadable(folder.resolve(TRAIN)) && Files.isReadable(folder.resolve(TEST));
  }

  /**
   * Reads the items of the folder, and leaves its sessions to be visited.
   *
   * @throws InvalidDatasetException when a line is invalid
   */
  static Sessions open(Path folder) {
    return new Sessions(folder);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<ItemContent> items() {
    return List.copyOf(items.values());
  }

  @Override
  public void forEachInteraction(Consumer<Interaction> visitor) {
    forEachSession(
        session -> {
          String userId = session.userId();
          for (int i = 1; i < session.fields.length; i++) {
            ItemContent item = items.get(session.fields[i]);
            if (item == null) {
              throw session.invalid("item id", session.fields[i], "one that was there at first");
            }
            visitor.accept(
                new Interaction(
                    userId,
                    item.itemId(), // the one string that all events with it share
                    Action.OTHER,
                    1,
                    (session.before + i - 1) * MINUTE_MILLIS));
          }
        });
  }

  /** Test sessions for the test, and of every fiftieth other the last event for the validation. */
  @Override
  public Split split(TrainingData data) {
    return Split.sessions(
        data, user -> data.userId(user).startsWith(TEST_PREFIX), VALIDATION_EVERY);
  }

  private void forEachSession(Consumer<Session> visitor) {
    long trained = visit(TRAIN, 0, visitor);
    visit(TEST, trained, visitor);
  }

  private long visit(String file, long before, Consumer<Session> visitor) {
    try (BufferedReader reader = Files.newBufferedReader(folder.resolve(file), UTF_8)) {
      long number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (!line.isBlank()) {
          visitor.accept(new Session(file, number, before + number - 1, line.strip().split(" +")));
        }
      }
      return number;
    } catch (IOException e) {
      throw new InvalidDatasetException("cannot read " + folder.resolve(file) + ": " + e, e);
    }
  }

  /**
   * A line.
   *
   * @param before how many lines of both files are before it
   * @param fields the session's id, then its items
   */
  @SuppressWarnings("ArrayRecordComponent") // private, never changed
  private record Session(String file, long number, long before, String[] fields) {

    String userId() {
      return isTest() ? TEST_PREFIX + fields[0] : fields[0];
    }

    boolean isTest() {
      return file.equals(TEST);
    }

    void requireValid() {
      int least = isTest() ? 3 : 2;
      if (fields.length < least) {
        throw new InvalidDatasetException(
            "%s:%d: %d fields, valid are %d or more: session id, item ids"
                .formatted(file, number, fields.length, least));
      }
      for (String id : fields) {
        if (id.length() > LONGEST_ID) {
          throw invalid("id", id, "1 to " + LONGEST_ID + " characters");
        }
      }
      if (!isTest() && fields[0].startsWith(TEST_PREFIX)) {
        throw invalid("session id", fields[0], "an id that does not begin with " + TEST_PREFIX);
      }
    }

    InvalidDatasetException invalid(String name, String value, String valid) {
      return InvalidDatasetException.at(file, number, name, value, valid);
    }
  }
}
