package dev.molstream.schemas;

/**
 * A topic as the broker has it.
 *
 * @param topic which of ours it is
 * @param name its full name, prefix included
 * @param partitions partition count; 0 when the topic does not exist
 * @param replicationFactor replicas of each partition; 0 when the topic does not exist
 * @param cleanupPolicy {@code compact}, {@code delete} or both, comma-separated; empty when the
 *     topic does not exist
 */
public record TopicState(
    Topic topic, String name, int partitions, int replicationFactor, String cleanupPolicy) {

  /** True when the broker has the topic. */
  public boolean exists() {
    return partitions > 0;
  }
}
