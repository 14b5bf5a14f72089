package dev.molstream.training.batch;

import dev.molstream.training.TrainingData;
import java.util.stream.IntStream;

/**
 * Which of a user's events serve what (mol.md section 5): the last is the test item, the one before
 * it the validation item, the rest is learned from. Users with fewer than three events are learned
 * from in full and not evaluated.
 */
public enum LeaveOneOut {
  VALIDATION(2),
  TEST(1);

  private static final int HELD_OUT = 2;
  private final int fromEnd;

  LeaveOneOut(int fromEnd) {
    this.fromEnd = fromEnd;
  }

  /** The position of the user's target, or -1 when the user is not evaluated. */
  public int target(TrainingData data, int user) {
    int length = data.length(user);
    return length > HELD_OUT ? length - fromEnd : -1;
  }

  /** The users that are evaluated. */
  public IntStream users(TrainingData data) {
    return IntStream.range(0, data.userCount()).filter(user -> data.length(user) > HELD_OUT);
  }

  /** How many of the user's first events may be learned from. */
  public static int learnable(TrainingData data, int user) {
    int length = data.length(user);
    return length > HELD_OUT ? length - HELD_OUT : length;
  }
}
