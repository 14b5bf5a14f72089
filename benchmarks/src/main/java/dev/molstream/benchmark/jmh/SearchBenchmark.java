package dev.molstream.benchmark.jmh;

import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.Searcher;
import dev.molstream.retrieval.TopK;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Nanoseconds per item of a search over {@value #ITEMS} random items: of scoring in full, and of
 * scanning with so few candidates that only the scan counts.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // set up before use
public class SearchBenchmark {
  static final int ITEMS = 32_768;
  private static final int GATE_HIDDEN = 128;
  private static final float TEMPERATURE = 0.05f;

  /** P_Q × P_X × d. */
  @Param({"8x8x32", "4x4x32"})
  public String shape;

  private final SplittableRandom random = new SplittableRandom(1);
  private Path directory;
  private ItemIndex index;
  private Searcher searcher;
  private MolQuery query;

  /** Fills the index. */
  @Setup(Level.Trial)
  public void fill() throws IOException {
    int[] sizes = Stream.of(shape.split("x", -1)).mapToInt(Integer::parseInt).toArray();
    MolShape mol = new MolShape(8, sizes[0], sizes[1], sizes[2], GATE_HIDDEN, TEMPERATURE);
    GatingNetwork gating =
        GatingNetwork.of(
            mol,
            values(GATE_HIDDEN * mol.logits(), mol.logits()),
            values(GATE_HIDDEN, 1),
            values(GATE_HIDDEN * mol.logits(), GATE_HIDDEN),
            values(mol.logits(), 1));
    directory = Files.createTempDirectory("molstream-jmh-");
    index = ItemIndex.open(new IndexSettings(directory, "random", mol, gating, ITEMS));
    for (int i = 0; i < ITEMS; i++) {
      index.upsert(
          new MolItem(
              "item-" + i,
              "",
              List.of(),
              true,
              values(8, 1),
              values(mol.itemFloats(), mol.componentDimension()),
              values(mol.logits(), 1)));
    }
    query =
        new MolQuery(values(mol.queryFloats(), mol.componentDimension()), values(mol.logits(), 1));
    searcher = index.searcher();
  }

  /** Deletes the index. */
  @TearDown(Level.Trial)
  public void delete() throws IOException {
    index.close();
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(SearchBenchmark::delete);
    }
  }

  /** Full MoL per item. */
  @Benchmark
  @OperationsPerInvocation(ITEMS)
  public TopK scoringInFull() {
    return searcher.search(query, 10, SearchFilter.NONE, SearchAlgorithm.exact());
  }

  /** Candidate scan per item. */
  @Benchmark
  @OperationsPerInvocation(ITEMS)
  public TopK scanning() {
    return searcher.search(query, 10, SearchFilter.NONE, SearchAlgorithm.averaged(10));
  }

  private float[] values(int count, int inputs) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() / Math.sqrt(inputs));
    }
    return values;
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
