package dev.molstream.benchmark.peer;

import dev.molstream.benchmark.BenchmarkProgress;
import dev.molstream.benchmark.catalogue.VectorFile;
import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;

/** JVector's graph (DiskANN's pruning, hierarchical), in memory. */
final class JVectorGraph implements CandidateGraph {
  private static final int DEGREE = 32;
  private static final int BEAM_WIDTH = 100;
  private static final float OVERFLOW = 1.2f;
  private static final float ALPHA = 1.2f;

  private static final VectorTypeSupport VECTORS =
      VectorizationProvider.getInstance().getVectorTypeSupport();

  private final RandomAccessVectorValues values;
  private final ImmutableGraphIndex graph;
  private final GraphSearcher searcher;

  private JVectorGraph(RandomAccessVectorValues values, ImmutableGraphIndex graph) {
    this.values = values;
    this.graph = graph;
    this.searcher = new GraphSearcher(graph);
  }

  /** Builds it with one thread. */
  static JVectorGraph build(VectorFile vectors, PeerVectors kind, BenchmarkProgress progress) {
    int dimension = kind.dimension(vectors.shape());
    RandomAccessVectorValues values =
        new ListRandomAccessVectorValues(copy(vectors, kind, dimension), dimension);
    BuildScoreProvider scores =
        BuildScoreProvider.randomAccessScoreProvider(values, VectorSimilarityFunction.DOT_PRODUCT);
    try (BenchmarkProgress.Task task =
            progress.begin("JVector graph, " + kind.label(), vectors.items());
        ForkJoinPool one = new ForkJoinPool(1);
        GraphIndexBuilder builder =
            new GraphIndexBuilder(
                scores, dimension, DEGREE, BEAM_WIDTH, OVERFLOW, ALPHA, true, false, one, one)) {
      for (int item = 0; item < vectors.items(); item++) {
        builder.addGraphNode(item, values.getVector(item));
        task.reached(item + 1);
      }
      builder.cleanup();
      return new JVectorGraph(values, builder.getGraph());
    } catch (IOException e) {
      throw new UncheckedIOException("JVector failed: " + e.getMessage(), e);
    }
  }

  private static List<VectorFloat<?>> copy(VectorFile vectors, PeerVectors kind, int dimension) {
    List<VectorFloat<?>> copies = new ArrayList<>(vectors.items());
    float[] components = new float[vectors.shape().itemFloats()];
    for (int item = 0; item < vectors.items(); item++) {
      float[] vector = new float[dimension];
      kind.ofItem(vectors, item, components, vector);
      copies.add(VECTORS.createFloatVector(vector));
    }
    return copies;
  }

  @Override
  public String name() {
    return "jvector";
  }

  @Override
  public String setting() {
    return "M=" + DEGREE;
  }

  @Override
  public long bytes() {
    return graph.ramBytesUsed() + (long) values.size() * values.dimension() * Float.BYTES;
  }

  @Override
  public int find(float[] query, int count, int[] target) {
    DefaultSearchScoreProvider scores =
        DefaultSearchScoreProvider.exact(
            VECTORS.createFloatVector(query), VectorSimilarityFunction.DOT_PRODUCT, values);
    SearchResult.NodeScore[] found = searcher.search(scores, count, Bits.ALL).getNodes();
    for (int i = 0; i < found.length; i++) {
      target[i] = found[i].node;
    }
    return found.length;
  }

  @Override
  public void close() {
    try {
      searcher.close();
      graph.close();
    } catch (IOException e) {
      throw new UncheckedIOException("JVector failed: " + e.getMessage(), e);
    }
  }
}
