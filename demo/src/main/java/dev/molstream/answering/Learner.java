package dev.molstream.answering;

import dev.molstream.demo.Progress;
import dev.molstream.retrieval.MolShape;
import dev.molstream.training.pairs.PairModel;
import dev.molstream.training.pairs.PairSettings;
import dev.molstream.training.pairs.PairTrainer;
import dev.molstream.training.pairs.Pairs;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Learns which passage answers a question. Each step sees every question to be learned with some of
 * its words left out, and of every passage a few handfuls of its words as if somebody had asked for
 * these: so a word counts for a passage that has it, even when no question has used it yet.
 */
final class Learner {
  private static final double LEARNING_RATE = 2e-3;
  private static final double WEIGHT_DECAY = 1e-2;
  private static final double BALANCE_WEIGHT = 1e-3;
  private static final int QUERY_HIDDEN = 64;
  private static final int PASSAGE_QUESTIONS = 4;
  private static final long SEED = 2026;

  private final HashedNgrams encoder;
  private final List<Passage> passages;

  Learner(HashedNgrams encoder, List<Passage> passages) {
    this.encoder = encoder;
    this.passages = passages;
  }

  /** Trains MoL over the encoder's vectors. */
  PairModel learn(int steps, Progress progress) {
    MolShape shape = new MolShape(encoder.dimension(), 4, 4, 32, 64, 0.1f);
    PairSettings settings =
        new PairSettings(
            shape, QUERY_HIDDEN, steps, LEARNING_RATE, WEIGHT_DECAY, BALANCE_WEIGHT, SEED);
    List<float[]> bases =
        passages.stream().map(passage -> encoder.encode(passage.words())).toList();
    try (Progress.Task task = progress.begin("training", steps)) {
      return PairTrainer.train(settings, bases, this::pairs, task::reached);
    }
  }

  private Pairs pairs(RandomGenerator random) {
    List<float[]> queries = new ArrayList<>();
    List<Integer> answers = new ArrayList<>();
    for (int i = 0; i < passages.size(); i++) {
      for (String question : passages.get(i).learned()) {
        queries.add(
            encoder.encode(some(HashedNgrams.words(question), random, random.nextDouble(0.6, 1))));
        answers.add(i);
      }
      for (int made = 0; made < PASSAGE_QUESTIONS; made++) {
        queries.add(
            encoder.encode(some(passages.get(i).words(), random, random.nextDouble(0.05, 0.4))));
        answers.add(i);
      }
    }
    return new Pairs(queries, answers);
  }

  /** Some of the words, in their order; all when none would be left. */
  private static List<String> some(List<String> words, RandomGenerator random, double share) {
    List<String> kept = words.stream().filter(_ -> random.nextDouble() < share).toList();
    return kept.isEmpty() ? words : kept;
  }
}
