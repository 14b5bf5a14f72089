package dev.molstream.benchmark.jmh;

import dev.molstream.model.ModelBundle;
import dev.molstream.model.QueryHistory;
import dev.molstream.model.QueryTower;
import dev.molstream.retrieval.MolQuery;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Microseconds to make a query of a history: by the bundle's graph in ONNX Runtime, by our own
 * encoder from the first event on, and by our own when it has kept the history but for its last
 * event. Run with {@code -p bundle=FOLDER}, a bundle that {@code molstream train} wrote.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // set up before use
public class EncodeBenchmark {
  private static final long KEPT_BYTES = 64L << 20;
  private static final long NOW = 1_700_000_000_000L;

  /** The bundle's folder. */
  @Param("bundle")
  public String bundle;

  /** How the query is made. */
  @Param({"graph", "own", "kept"})
  public String by;

  /** Events in the history. */
  @Param({"50", "200"})
  public int events;

  private QueryTower tower;
  private QueryHistory history;
  private MolQuery query;

  /** Opens the tower and fills the history. */
  @Setup(Level.Trial)
  public void open() {
    ModelBundle read = ModelBundle.read(Path.of(bundle));
    int dimension = read.manifest().shape().baseDimension();
    query = MolQuery.allocate(read.manifest().shape());
    history = new QueryHistory(read.manifest().maxHistory(), dimension);
    history.belongTo("someone");
    SplittableRandom random = new SplittableRandom(1);
    while (history.length() < Math.min(events, history.capacity())) {
      for (int d = 0; d < dimension; d++) {
        history.vectors()[history.length() * dimension + d] = random.nextFloat() - 0.5f;
      }
      history.append(1, NOW + history.length() * 60_000L);
    }
    tower =
        switch (by) {
          case "graph" -> read.openQueryGraph();
          case "own" -> read.openQueryTower(0);
          case "kept" -> read.openQueryTower(KEPT_BYTES);
          default -> throw new IllegalArgumentException("by " + by + ": graph, own or kept");
        };
  }

  /** Frees the tower. */
  @TearDown(Level.Trial)
  public void close() {
    tower.close();
  }

  /** One query. */
  @Benchmark
  public MolQuery encode() {
    if (by.equals("kept")) {
      // The last event is another one each time.
      int last = (history.length() - 1) * history.baseDimension();
      history.vectors()[last] = -history.vectors()[last];
    }
    tower.encode(history, NOW + 3_600_000L, query);
    return query;
  }
}
