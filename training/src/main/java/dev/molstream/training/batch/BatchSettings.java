package dev.molstream.training.batch;

/**
 * How an epoch is cut.
 *
 * @param maxHistory the most events of a history
 * @param usersPerStep users whose gradients are summed before the weights move
 * @param tokensPerBatch the most events, padding included, of a micro-batch with several users
 * @param popularNegatives how many of a sample's negatives are drawn by popularity and not from all
 *     items alike, 0 to 1
 * @param earlierWindows how often a history that is too long starts earlier than its newest window
 */
public record BatchSettings(
    int maxHistory,
    int usersPerStep,
    int tokensPerBatch,
    double popularNegatives,
    double earlierWindows) {
  public BatchSettings {
    if (!(popularNegatives >= 0 && popularNegatives <= 1)) {
      throw new IllegalArgumentException(
          "popular negatives " + popularNegatives + " are not within 0 to 1");
    }
  }

  /** The same for histories of another length. */
  public BatchSettings withMaxHistory(int maxHistory) {
    return new BatchSettings(
        maxHistory, usersPerStep, tokensPerBatch, popularNegatives, earlierWindows);
  }
}
