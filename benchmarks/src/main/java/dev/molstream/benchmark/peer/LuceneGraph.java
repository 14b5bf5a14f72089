package dev.molstream.benchmark.peer;

import dev.molstream.benchmark.BenchmarkProgress;
import dev.molstream.benchmark.catalogue.VectorFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LogByteSizeMergePolicy;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * Lucene's hierarchical navigable small-world graph of one segment, so that the number of a
 * document is that of its item.
 */
final class LuceneGraph implements CandidateGraph {
  private static final String FIELD = "vector";
  private static final int MAX_CONNECTIONS = 16;
  private static final int BEAM_WIDTH = 100;
  private static final int BUFFER_MEGABYTES = 1900;
  private static final int LARGEST_DIMENSION = 1024;

  private final Directory directory;
  private final DirectoryReader reader;
  private final IndexSearcher searcher;
  private final long bytes;

  private LuceneGraph(Directory directory) throws IOException {
    this.directory = directory;
    this.reader = DirectoryReader.open(directory);
    this.searcher = new IndexSearcher(reader);
    this.searcher.setQueryCache(null);
    long sum = 0;
    for (String file : directory.listAll()) {
      sum += directory.fileLength(file);
    }
    this.bytes = sum;
    if (reader.leaves().size() != 1) {
      throw new IllegalStateException(reader.leaves().size() + " segments, not one");
    }
  }

  /** Whether it takes vectors of this length. */
  static boolean takes(int dimension) {
    return dimension <= LARGEST_DIMENSION;
  }

  /** Builds it with one thread. */
  static LuceneGraph build(
      VectorFile vectors, PeerVectors kind, Path folder, BenchmarkProgress progress) {
    try {
      Directory directory = FSDirectory.open(folder);
      write(vectors, kind, directory, progress);
      return new LuceneGraph(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("Lucene failed: " + e.getMessage(), e);
    }
  }

  private static void write(
      VectorFile vectors, PeerVectors kind, Directory directory, BenchmarkProgress progress)
      throws IOException {
    IndexWriterConfig config = new IndexWriterConfig();
    config.setCodec(
        new Lucene104Codec() {
          @Override
          public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
            return new Lucene99HnswVectorsFormat(MAX_CONNECTIONS, BEAM_WIDTH);
          }
        });
    config.setRAMBufferSizeMB(BUFFER_MEGABYTES);
    config.setMergePolicy(new LogByteSizeMergePolicy());
    config.setMergeScheduler(new SerialMergeScheduler());
    config.setUseCompoundFile(false);
    float[] components = new float[vectors.shape().itemFloats()];
    try (BenchmarkProgress.Task task =
            progress.begin("Lucene graph, " + kind.label(), vectors.items());
        IndexWriter writer = new IndexWriter(directory, config)) {
      for (int item = 0; item < vectors.items(); item++) {
        float[] vector = new float[kind.dimension(vectors.shape())];
        kind.ofItem(vectors, item, components, vector);
        Document document = new Document();
        document.add(
            new KnnFloatVectorField(FIELD, vector, VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT));
        writer.addDocument(document);
        task.reached(item + 1);
      }
      writer.forceMerge(1);
    }
  }

  @Override
  public String name() {
    return "lucene-hnsw";
  }

  @Override
  public String setting() {
    return "M=" + MAX_CONNECTIONS;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public int find(float[] query, int count, int[] target) {
    try {
      TopDocs found = searcher.search(new KnnFloatVectorQuery(FIELD, query, count), count);
      for (int i = 0; i < found.scoreDocs.length; i++) {
        target[i] = found.scoreDocs[i].doc;
      }
      return found.scoreDocs.length;
    } catch (IOException e) {
      throw new UncheckedIOException("Lucene failed: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      reader.close();
      directory.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Lucene failed: " + e.getMessage(), e);
    }
  }
}
