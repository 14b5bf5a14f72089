package dev.molstream.cli;

import dev.molstream.model.ModelBundle;
import dev.molstream.model.UserTable;
import dev.molstream.training.Schedule;
import dev.molstream.training.SimilarityKind;
import dev.molstream.training.TrainingData;
import dev.molstream.training.TrainingSettings;
import dev.molstream.training.network.EncoderKind;
import dev.molstream.training.network.EncoderShape;
import dev.molstream.training.network.GatedUnit;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What of a recipe the command line may change. */
@SuppressWarnings("NullAway.Init") // picocli sets the spec
final class RecipeOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--quick",
      description = "Minutes instead of an hour: a small model for a first look.")
  private boolean quick;

  @Option(names = "--encoder", paramLabel = "NAME", description = "hstu (default) or sasrec.")
  private @Nullable EncoderKind encoder;

  @Option(
      names = "--similarity",
      paramLabel = "NAME",
      description = "mol (default) or dot: a dot product, trained all the time as the warm-up is.")
  private @Nullable SimilarityKind similarity;

  @Option(
      names = "--lengths",
      negatable = true,
      description =
          "Component vectors carry lengths in two coordinates of their own, or do not (default: the"
              + " recipe's).")
  private @Nullable Boolean lengths;

  @Option(
      names = "--shape",
      paramLabel = "PxPxd",
      converter = MixtureShape.Converter.class,
      description =
          "Query components x item components x their dimension, and x the cross gate's hidden"
              + " width if a fourth number is given (default: the recipe's).")
  private @Nullable MixtureShape shape;

  @Option(
      names = "--blocks",
      paramLabel = "N",
      description = "Attention blocks of the encoder, from 1 (default: the recipe's).")
  private @Nullable Integer blocks;

  @Option(
      names = "--times",
      negatable = true,
      description =
          "HSTU also learns from the time between events, or does not (default: the recipe's).")
  private @Nullable Boolean times;

  @Option(
      names = "--users",
      paramLabel = "ROWS",
      description =
          "The last query component is the user's own vector, in a hashed table of so many rows;"
              + " some times as many as there are users (default: no such component).")
  private @Nullable Integer userRows;

  @Option(names = "--geglu", description = "Query components by GeGLU instead of SwiGLU.")
  private boolean geglu;

  @Option(
      names = "--epochs",
      arity = "2",
      paramLabel = "N",
      description =
          "Epochs of the warm-up with equal gates, and of the mixture (default: the recipe's).")
  private int @Nullable [] epochs;

  @Option(
      names = "--refit",
      paramLabel = "N",
      description =
          "Epochs at the end in which the chosen model also learns from the events it was chosen by"
              + " (default: the recipe's).")
  private @Nullable Integer refit;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description =
          "End within about so many minutes; each phase gets its share (default: the recipe's).")
  private @Nullable Integer minutes;

  @Option(
      names = "--patience",
      paramLabel = "N",
      description =
          "End a phase after so many epochs without a better validation, 0 for never (default: the"
              + " recipe's).")
  private @Nullable Integer patience;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      description = "AdamW's peak rate (default: the recipe's).")
  private @Nullable Double learningRate;

  @Option(
      names = "--balance",
      paramLabel = "ALPHA",
      description =
          "Weight of the loss that keeps all components in use, from 0 (default: the recipe's).")
  private @Nullable Double balance;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of everything random (default: the recipe's).")
  private @Nullable Long seed;

  /** Whether less time is wished for. */
  boolean isQuick() {
    return quick;
  }

  /** The recipe for the data. */
  TrainingSettings recipe(TrainingData data) {
    try {
      TrainingSettings recipe =
          quick ? TrainingSettings.quick(data) : TrainingSettings.standard(data);
      return timed(scheduled(sized(recipe)));
    } catch (IllegalArgumentException e) {
      throw invalid(String.valueOf(e.getMessage()));
    }
  }

  /** The recipe to go on with a bundle. */
  TrainingSettings fineTuning(TrainingData data, ModelBundle bundle) {
    if (encoder != null
        || similarity != null
        || shape != null
        || lengths != null
        || blocks != null
        || times != null
        || userRows != null
        || geglu) {
      throw invalid("--resume with another network than the bundle's, valid is one of them");
    }
    try {
      TrainingSettings recipe =
          quick ? TrainingSettings.quick(data) : TrainingSettings.standard(data);
      return timed(scheduled(recipe.withNetworkOf(bundle).forFineTuning()));
    } catch (IllegalArgumentException e) {
      throw invalid(String.valueOf(e.getMessage()));
    }
  }

  private TrainingSettings sized(TrainingSettings base) {
    TrainingSettings recipe = lengths == null ? base : base.withLengths(lengths);
    if (shape != null) {
      recipe = shape.applyTo(recipe);
    }
    if (similarity == SimilarityKind.DOT) {
      if (shape != null) {
        throw invalid("--shape with --similarity dot, valid is one of them");
      }
      recipe = recipe.asDotProduct();
      recipe = lengths == null ? recipe : recipe.withLengths(lengths);
    }
    if (encoder != null) {
      recipe = recipe.withEncoder(encoder);
    }
    EncoderShape layers = recipe.layers();
    recipe =
        recipe.withLayers(
            new EncoderShape(
                layers.width(),
                blocks == null ? layers.blocks() : blocks,
                layers.heads(),
                layers.maxHistory(),
                layers.dropout(),
                times == null ? layers.timeBuckets() : times ? TrainingSettings.TIME_BUCKETS : 0));
    if (userRows != null) {
      recipe = recipe.withUsers(new UserTable(userRows));
    }
    return geglu ? recipe.withQueryUnit(GatedUnit.GEGLU) : recipe;
  }

  private TrainingSettings scheduled(TrainingSettings base) {
    Schedule schedule = base.schedule();
    if (epochs != null) {
      if (epochs[0] < 0 || epochs[1] < 0 || epochs[0] + epochs[1] < 1) {
        throw invalid(
            "--epochs "
                + epochs[0]
                + " "
                + epochs[1]
                + ", valid are two numbers from 0, not both 0");
      }
      schedule = schedule.withEpochs(epochs[0], epochs[1]);
    }
    if (refit != null) {
      if (refit < 0) {
        throw invalid("--refit " + refit + ", valid is a number from 0");
      }
      schedule = schedule.withRefitEpochs(refit);
    }
    if (patience != null) {
      schedule = schedule.withPatience(patience);
    }
    if (learningRate != null) {
      schedule = schedule.withLearningRate(learningRate);
    }
    if (balance != null) {
      schedule = schedule.withBalanceWeight(balance);
    }
    return base.withSchedule(schedule);
  }

  private TrainingSettings timed(TrainingSettings base) {
    TrainingSettings recipe = base;
    if (minutes != null) {
      if (minutes < 1) {
        throw invalid("--minutes " + minutes + ", valid is a number from 1");
      }
      recipe = recipe.withTimeBudget(Duration.ofMinutes(minutes));
    }
    return seed == null ? recipe : recipe.withSeed(seed);
  }

  private ParameterException invalid(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
