package dev.molstream.training;

import dev.molstream.training.network.Parameters;
import dev.molstream.training.network.Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.InputArchive;
import org.bytedeco.pytorch.OutputArchive;
import org.bytedeco.pytorch.Tensor;

/**
 * Where a training stands after an epoch, in a file of LibTorch's own format: the weights, the best
 * weights so far, the optimiser's moments and a few numbers. What is drawn at random in an epoch
 * follows from the seed and the epoch's number, so that a training that was interrupted ends in the
 * same weights as one that was not.
 *
 * @param phase what was being learned
 * @param epochs finished epochs of the phase
 * @param steps finished steps of the phase
 * @param best validation hit rate of the best epoch of the phase, -1 before the first
 * @param sinceBest epochs since the best one
 * @param phaseNanos time spent on the phase
 * @param totalNanos time spent on all of the training
 * @param bestWeights weights of the best epoch
 */
record Checkpoint(
    TrainingProgress.Phase phase,
    int epochs,
    int steps,
    double best,
    int sinceBest,
    long phaseNanos,
    long totalNanos,
    Map<String, float[]> bestWeights) {
  private static final String NUMBERS = "numbers";
  private static final String RECIPE = "recipe";
  private static final String OPTIMISER = "optimiser";
  private static final String WEIGHTS = "weights.";
  private static final String BEST_WEIGHTS = "best-weights.";

  /**
   * Replaces the file whole.
   *
   * @param recipe what the training depends on; a resumed one must have the same
   */
  void save(Path file, String recipe, Parameters parameters, AdamW optimiser) {
    Path temporary = file.resolveSibling(file.getFileName() + ".writing");
    try (var _ = new PointerScope()) {
      OutputArchive archive = new OutputArchive();
      write(archive, RECIPE, codes(recipe));
      write(
          archive,
          NUMBERS,
          phase.ordinal(),
          epochs,
          steps,
          Double.doubleToLongBits(best),
          sinceBest,
          phaseNanos,
          totalNanos);
      OutputArchive moments = new OutputArchive();
      optimiser.save(moments);
      archive.write(OPTIMISER, moments);
      write(archive, WEIGHTS, parameters.snapshot());
      write(archive, BEST_WEIGHTS, bestWeights);
      Files.createDirectories(file.toAbsolutePath().getParent());
      archive.save_to(temporary.toString());
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the checkpoint " + file, e);
    }
  }

  /**
   * Puts weights and moments back as they were.
   *
   * @throws IllegalArgumentException when the file is no checkpoint, or one of another recipe
   */
  static Checkpoint restore(Path file, String recipe, Parameters parameters, AdamW optimiser) {
    try (var _ = new PointerScope()) {
      InputArchive archive = new InputArchive();
      archive.load_from(file.toString());
      if (!Arrays.equals(Tensors.longs(read(archive, RECIPE)), codes(recipe))) {
        throw new IllegalArgumentException(
            "checkpoint "
                + file
                + " is of other data or another recipe: delete it, or train as it was begun");
      }
      long[] numbers = Tensors.longs(read(archive, NUMBERS));
      InputArchive moments = new InputArchive();
      archive.read(OPTIMISER, moments);
      optimiser.load(moments);
      Map<String, float[]> weights = parameters.snapshot();
      Map<String, float[]> bestWeights = new LinkedHashMap<>();
      weights.replaceAll((name, _) -> Tensors.floats(read(archive, WEIGHTS + name)));
      weights.forEach(
          (name, _) -> bestWeights.put(name, Tensors.floats(read(archive, BEST_WEIGHTS + name))));
      parameters.restore(weights);
      return new Checkpoint(
          TrainingProgress.Phase.values()[(int) numbers[0]],
          (int) numbers[1],
          (int) numbers[2],
          Double.longBitsToDouble(numbers[3]),
          (int) numbers[4],
          numbers[5],
          numbers[6],
          bestWeights);
    } catch (RuntimeException e) {
      if (e instanceof IllegalArgumentException) {
        throw e;
      }
      throw new IllegalArgumentException(
          file
              + " is not a checkpoint: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          e);
    }
  }

  private static void write(OutputArchive archive, String prefix, Map<String, float[]> weights) {
    weights.forEach(
        (name, values) ->
            archive.write(prefix + name, new IValue(Tensors.of(values, values.length))));
  }

  private static Tensor read(InputArchive archive, String name) {
    IValue value = new IValue();
    archive.read(name, value);
    return value.toTensor();
  }

  private static void write(OutputArchive archive, String name, long... values) {
    archive.write(name, new IValue(Tensors.of(values, values.length)));
  }

  private static long[] codes(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    long[] codes = new long[bytes.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = bytes[i];
    }
    return codes;
  }
}
