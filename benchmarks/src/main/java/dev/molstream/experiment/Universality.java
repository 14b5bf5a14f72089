package dev.molstream.experiment;

import static dev.molstream.benchmark.report.Column.number;
import static dev.molstream.benchmark.report.Column.text;
import static dev.molstream.benchmark.report.Column.whole;

import dev.molstream.benchmark.BenchmarkProgress;
import dev.molstream.benchmark.report.Chart;
import dev.molstream.benchmark.report.Chart.Axis;
import dev.molstream.benchmark.report.Chart.Point;
import dev.molstream.benchmark.report.Column;
import dev.molstream.benchmark.report.Row;
import dev.molstream.retrieval.MolShape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * How close dot products of every rank and mixtures of several sizes come to a Gaussian matrix,
 * which has full rank and no structure to exploit.
 *
 * @param size n, queries and as many items
 * @param width D, free numbers per query and per item
 * @param componentDimension d
 * @param sides P_Q = P_X of the mixtures
 * @param gateHidden H
 * @param steps steps of AdamW
 */
record Universality(
    int size, int width, int componentDimension, List<Integer> sides, int gateHidden, int steps)
    implements Experiment {
  /** ±1/τ holds a standard normal value but for one in a million. */
  private static final float TEMPERATURE = 0.2f;

  private static final double FLOAT_EPSILON = 1.2e-7;
  private static final int RANKS_SHOWN = 12;
  private static final String DOT = "dot product";
  private static final String MOL = "mixture of logits";

  Universality {
    sides = List.copyOf(sides);
  }

  /** The sizes that take two minutes on two cores. */
  static Universality usual() {
    return new Universality(96, 32, 8, List.of(1, 2, 4, 8), 32, 1500);
  }

  @Override
  public String name() {
    return "universality";
  }

  @Override
  public String title() {
    return "Universality: similarities of full rank";
  }

  @Override
  public String question() {
    return """
    The paper proves that a mixture of logits can stand for any similarity matrix, which a dot \
    product of rank r below n cannot. How much of a random n×n matrix of full rank does each get? \
    Dot products of rank r are the best there are (truncated singular value decomposition). \
    Mixtures are this product's head with a free embedding per query and per item, fitted by AdamW \
    on the squared error. The error is relative, in the Frobenius norm; numbers per item are those \
    that an index holds (component vectors and gate), beside the free ones that they are made \
    from by weights that all items share.\
    """;
  }

  @Override
  public Set<String> options() {
    return Set.of();
  }

  @Override
  public boolean trains() {
    return false;
  }

  @Override
  public void run(ExperimentInputs inputs, Consumer<Row> out) {
    float[] matrix = gaussian(inputs.seed());
    double[] best = truncationErrors(MatrixFit.singularValues(matrix, size));
    for (int rank : ranks()) {
      out.accept(
          row()
              .with("similarity", DOT)
              .with("size", size)
              .with("shape", "1x1x" + rank)
              .with("rank", rank)
              .with("floatsPerItem", rank)
              .with("freeFloatsPerItem", rank)
              .with("sharedFloats", 0)
              .with("relativeError", best[rank]));
    }
    for (int side : sides) {
      out.accept(mixture(side, matrix, best, inputs));
    }
  }

  private Row mixture(int side, float[] matrix, double[] best, ExperimentInputs inputs) {
    MolShape shape = new MolShape(width, side, side, componentDimension, gateHidden, TEMPERATURE);
    long started = System.nanoTime();
    MatrixFit.Fitted fitted;
    try (BenchmarkProgress.Task task = inputs.progress().begin("fitting " + shape, steps)) {
      fitted = new MatrixFit(shape, steps).fit(matrix, size, inputs.seed(), task);
    }
    double error = relativeError(matrix, fitted.scores());
    return row()
        .with("similarity", MOL)
        .with("size", size)
        .with("shape", shape.toString())
        .with("rank", rank(MatrixFit.singularValues(fitted.scores(), size)))
        .with("floatsPerItem", shape.itemFloats() + shape.logits())
        .with("freeFloatsPerItem", width)
        .with("sharedFloats", fitted.sharedFloats())
        .with("relativeError", error)
        .with("sameErrorDotRank", firstNotAbove(best, error))
        .with("steps", steps)
        .with("seconds", (System.nanoTime() - started) / 1e9);
  }

  @Override
  public List<Column> columns() {
    return List.of(
        text("similarity", "similarity"),
        text("P_Q×P_X×d", "shape"),
        number("relative error", "relativeError", 4),
        whole("rank", "rank"),
        whole("numbers per item", "floatsPerItem"),
        whole("free numbers per item", "freeFloatsPerItem"),
        whole("shared weights", "sharedFloats"),
        whole("dot product as good has rank", "sameErrorDotRank"),
        number("seconds", "seconds", 1));
  }

  @Override
  public Chart chart(List<Row> rows) {
    Map<String, List<Point>> curves = new LinkedHashMap<>();
    for (String similarity : List.of(DOT, MOL)) {
      curves.put(
          similarity,
          rows.stream()
              .filter(row -> similarity.equals(row.text("similarity")))
              .map(row -> Point.of(row, "floatsPerItem", "relativeError"))
              .toList());
    }
    return new Chart(
        "A random matrix of full rank",
        new Axis("numbers per item", false),
        new Axis("relative error", false),
        curves);
  }

  /** Standard normal values, n × n. */
  private float[] gaussian(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] matrix = new float[size * size];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = (float) random.nextGaussian();
    }
    return matrix;
  }

  /** Small ranks, then a dozen in equal steps up to n. */
  private Set<Integer> ranks() {
    Set<Integer> ranks = new TreeSet<>();
    for (int rank = 1; rank < size / RANKS_SHOWN; rank *= 2) {
      ranks.add(rank);
    }
    for (int i = 1; i <= RANKS_SHOWN; i++) {
      ranks.add(Math.max(1, size * i / RANKS_SHOWN));
    }
    return ranks;
  }

  /** The least relative error of every rank, by rank from 0 to n (Eckart and Young). */
  static double[] truncationErrors(double[] singularValues) {
    int n = singularValues.length;
    double[] errors = new double[n + 1];
    double left = 0;
    for (int rank = n - 1; rank >= 0; rank--) {
      left += singularValues[rank] * singularValues[rank];
      errors[rank] = left;
    }
    double all = errors[0];
    for (int rank = 0; rank <= n; rank++) {
      errors[rank] = Math.sqrt(errors[rank] / all);
    }
    return errors;
  }

  /** How many singular values single precision tells from 0. */
  private static int rank(double[] singularValues) {
    double floor = singularValues[0] * singularValues.length * FLOAT_EPSILON;
    int rank = 0;
    while (rank < singularValues.length && singularValues[rank] > floor) {
      rank++;
    }
    return rank;
  }

  private static int firstNotAbove(double[] errors, double error) {
    int rank = 0;
    while (errors[rank] > error) {
      rank++;
    }
    return rank;
  }

  private static double relativeError(float[] matrix, float[] scores) {
    double wrong = 0;
    double all = 0;
    for (int i = 0; i < matrix.length; i++) {
      double difference = scores[i] - matrix[i];
      wrong += difference * difference;
      all += (double) matrix[i] * matrix[i];
    }
    return Math.sqrt(wrong / all);
  }
}
