package dev.molstream.training;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Which of each user's events serve what: the first ones are learned from, one may be foretold to
 * choose among models (validation), another to judge the chosen one (test). Training sees neither.
 * Immutable; any thread.
 */
public final class Split {
  private static final int HELD_OUT = 2;

  private final int[] learnable;
  private final Targets validation;
  private final Targets test;

  private Split(int[] learnable, Targets validation, Targets test) {
    this.learnable = learnable;
    this.validation = validation;
    this.test = test;
  }

  /**
   * Leave-one-out (arXiv 2407.15462): the last event is the test, the one before it the validation.
   * Users with fewer than three events are learned from in full and not evaluated. Items of the
   * history are left out of the ranking.
   */
  public static Split leaveOneOut(TrainingData data) {
    return new Split(
        byUser(
            data, user -> data.length(user) > HELD_OUT ? data.length(user) - 2 : all(data, user)),
        Targets.of(data, true, user -> data.length(user) > HELD_OUT ? data.length(user) - 2 : -1),
        Targets.of(data, true, user -> data.length(user) > HELD_OUT ? data.length(user) - 1 : -1));
  }

  /**
   * Whole users for the test, as session data sets have it: nothing of them is learned from and
   * their last event is foretold. Of every {@code validationEvery}-th of the others the last event
   * is the validation. Items of the history may come again.
   */
  public static Split sessions(TrainingData data, IntPredicate isTest, int validationEvery) {
    IntPredicate isValidation =
        user -> !isTest.test(user) && user % validationEvery == 0 && data.length(user) > HELD_OUT;
    return new Split(
        byUser(
            data,
            user ->
                isTest.test(user)
                    ? 0
                    : isValidation.test(user) ? data.length(user) - 1 : all(data, user)),
        Targets.of(data, false, user -> isValidation.test(user) ? data.length(user) - 1 : -1),
        Targets.of(
            data,
            false,
            user -> isTest.test(user) && data.length(user) > 1 ? data.length(user) - 1 : -1));
  }

  /**
   * The same users by time: what happened before {@code cutoffMillis} is learned from, but for the
   * last event before it of the users who came last, which is their validation, as close to the
   * test as can be; each user's first event from then on is the test, if another came before it,
   * also of users who only came then. Users that nothing is learned of here have no part in it.
   *
   * @param validationUsers the most users whose event is held out to choose among models
   */
  public Split byTime(TrainingData data, long cutoffMillis, int validationUsers) {
    int[] before =
        byUser(data, user -> learnable[user] > 0 ? eventsBefore(data, user, cutoffMillis) : 0);
    boolean excludesSeen = test.excludesSeen();
    Targets held =
        Targets.of(data, excludesSeen, user -> before[user] > HELD_OUT ? before[user] - 1 : -1)
            .newest(data, validationUsers);
    return new Split(
        byUser(data, user -> held.position(user) > 0 ? held.position(user) : before[user]),
        held,
        Targets.of(
            data,
            excludesSeen,
            user -> {
              int next = Math.max(1, before[user]);
              return learnable[user] > 0 && next < data.length(user) ? next : -1;
            }));
  }

  /**
   * The same events held out, for {@link TrainingData#without} some of the items: what is left of
   * the learnable events, and the targets that are left.
   *
   * @param data all of it, which this splits
   */
  public Split without(TrainingData data, IntPredicate item) {
    int[] left = byUser(data, user -> leftBefore(data, user, learnable[user], item));
    return new Split(left, validation.without(data, item), test.without(data, item));
  }

  /** Each user's last event with one of the items, if others came before it. */
  public static Targets lastOf(TrainingData data, boolean excludesSeen, IntPredicate item) {
    return Targets.of(
        data,
        excludesSeen,
        user -> {
          int position = data.length(user) - 1;
          while (position > 0 && !item.test(data.item(user, position))) {
            position--;
          }
          return position > 0 ? position : -1;
        });
  }

  /**
   * The same test, learning only from users with a learnable event after {@code sinceMillis} and
   * from as many of the others, evenly chosen, lest what they taught is forgotten. Validated are
   * the events after {@code sinceMillis} where there are any: by older ones a model that has
   * learned nothing new would be chosen.
   */
  public Split since(TrainingData data, long sinceMillis) {
    int[] old =
        IntStream.range(0, learnable.length)
            .filter(user -> learnable[user] > 0 && newest(data, user) <= sinceMillis)
            .toArray();
    int[] few = learnable.clone();
    int fresh = (int) Arrays.stream(learnable).filter(events -> events > 0).count() - old.length;
    int repeated = Math.min(old.length, fresh);
    for (int i = 0; i < old.length; i++) {
      boolean again = (long) (i + 1) * repeated / old.length > (long) i * repeated / old.length;
      few[old[i]] = again ? few[old[i]] : 0;
    }
    Targets newer =
        Targets.of(
            data,
            validation.excludesSeen(),
            user -> {
              int position = validation.position(user);
              return position > 0 && data.timestampMillis(user, position) > sinceMillis
                  ? position
                  : -1;
            });
    return new Split(few, newer.users().findAny().isPresent() ? newer : validation, test);
  }

  /** The same test, with the validation events of all who are learned from learnable. */
  public Split withValidationLearned() {
    int[] more = learnable.clone();
    validation
        .users()
        .filter(user -> learnable[user] > 0)
        .forEach(user -> more[user] = validation.position(user) + 1);
    return new Split(more, validation, test);
  }

  /** When the newest learnable event happened, milliseconds since 1970; 0 without any. */
  public long learnableUntil(TrainingData data) {
    return IntStream.range(0, learnable.length)
        .filter(user -> learnable[user] > 0)
        .mapToLong(user -> newest(data, user))
        .max()
        .orElse(0);
  }

  private long newest(TrainingData data, int user) {
    return data.timestampMillis(user, learnable[user] - 1);
  }

  /** How many of the user's first events may be learned from. */
  public int learnable(int user) {
    return learnable[user];
  }

  /** What models are chosen by. */
  public Targets validation() {
    return validation;
  }

  /** What the chosen model is judged by. */
  public Targets test() {
    return test;
  }

  private static int all(TrainingData data, int user) {
    return data.length(user);
  }

  private static int eventsBefore(TrainingData data, int user, long cutoffMillis) {
    int events = 0;
    while (events < data.length(user) && data.timestampMillis(user, events) < cutoffMillis) {
      events++;
    }
    return events;
  }

  private static int leftBefore(TrainingData data, int user, int position, IntPredicate without) {
    return (int)
        IntStream.range(0, position).filter(i -> !without.test(data.item(user, i))).count();
  }

  private static int[] byUser(TrainingData data, IntUnaryOperator value) {
    return IntStream.range(0, data.userCount()).map(value).toArray();
  }

  /** For each user the position of the event to be foretold from those before it, if any. */
  public static final class Targets {
    private final int[] positions;
    private final boolean excludesSeen;

    private Targets(int[] positions, boolean excludesSeen) {
      this.positions = positions;
      this.excludesSeen = excludesSeen;
    }

    private static Targets of(TrainingData data, boolean excludesSeen, IntUnaryOperator position) {
      return new Targets(byUser(data, position), excludesSeen);
    }

    /** Whether items of a user's history are left out when the user's target is ranked. */
    public boolean excludesSeen() {
      return excludesSeen;
    }

    /** The position of the user's target, at least 1, or -1 when the user is not evaluated. */
    public int position(int user) {
      return positions[user];
    }

    /** The users that are evaluated, by number. */
    public IntStream users() {
      return IntStream.range(0, positions.length).filter(user -> positions[user] > 0);
    }

    private Targets without(TrainingData data, IntPredicate item) {
      return of(
          data,
          excludesSeen,
          user -> {
            int position = positions[user];
            if (position < 0 || item.test(data.item(user, position))) {
              return -1;
            }
            int left = leftBefore(data, user, position, item);
            return left > 0 ? left : -1;
          });
    }

    /** Each user's event so many after the target, of users who have one. */
    public Targets later(TrainingData data, int events) {
      return of(
          data,
          excludesSeen,
          user ->
              positions[user] > 0 && positions[user] + events < data.length(user)
                  ? positions[user] + events
                  : -1);
    }

    /** The same targets for no more than so many of the users, those whose targets are newest. */
    private Targets newest(TrainingData data, int users) {
      Comparator<Integer> byTime =
          Comparator.comparingLong(user -> data.timestampMillis(user, positions[user]));
      return of(users().boxed().sorted(byTime.reversed()).limit(users).mapToInt(Integer::intValue));
    }

    /** The same targets for no more than so many of the users, evenly chosen. */
    public Targets limit(int users) {
      int[] all = users().toArray();
      if (all.length <= users) {
        return this;
      }
      return of(IntStream.range(0, users).map(i -> all[(int) ((long) i * all.length / users)]));
    }

    /** The same targets of these users alone. */
    private Targets of(IntStream users) {
      int[] chosen = new int[positions.length];
      Arrays.fill(chosen, -1);
      users.forEach(user -> chosen[user] = positions[user]);
      return new Targets(chosen, excludesSeen);
    }
  }
}
