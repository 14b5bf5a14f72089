package dev.molstream.training.batch;

/**
 * How an epoch is cut.
 *
 * @param maxHistory the most events of a history
 * @param usersPerStep users whose gradients are summed before the weights move
 * @param tokensPerBatch the most events, padding included, of a micro-batch with several users
 * @param earlierWindows how often a history that is too long starts earlier than its newest window
 */
public record BatchSettings(
    int maxHistory, int usersPerStep, int tokensPerBatch, double earlierWindows) {}
