package dev.molstream.benchmark.peer;

import dev.molstream.benchmark.catalogue.VectorFile;
import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Full scoring as a user of PyTorch would write it, with LibTorch on one thread: per chunk of items
 * a matrix product for the logits, the cross gate's two, SiLU, softmax and a weighted sum. Weights
 * and gates are permuted beforehand to the order in which the first product leaves the logits, item
 * component major, so that nothing is transposed per query.
 *
 * <p>Its tensors belong to the {@link PointerScope} it is made in. One thread.
 */
final class TorchScorer {
  private final MolShape shape;
  private final Tensor hiddenWeight;
  private final TensorOptional hiddenBias;
  private final Tensor outputWeight;
  private final TensorOptional outputBias;
  private final List<Chunk> chunks = new ArrayList<>();

  /** Components [C·P_X, d] and gates [C, L] of some items. */
  private record Chunk(Tensor components, Tensor gates, int items) {}

  /** Copies the first {@code items} of the vectors into chunks. */
  TorchScorer(VectorFile vectors, GatingNetwork gating, int items, int chunkItems) {
    oneThread();
    this.shape = vectors.shape();
    int logits = shape.logits();
    int hidden = shape.gateHidden();
    float[] first = gating.hiddenWeight();
    float[] permutedFirst = new float[first.length];
    for (int h = 0; h < hidden; h++) {
      permute(first, permutedFirst, h * logits);
    }
    float[] second = gating.outputWeight();
    float[] permutedSecond = new float[second.length];
    for (int p = 0; p < logits; p++) {
      System.arraycopy(second, p * hidden, permutedSecond, place(p) * hidden, hidden);
    }
    float[] bias = new float[logits];
    permute(gating.outputBias(), bias, 0);
    this.hiddenWeight = Tensor.create(permutedFirst, hidden, logits);
    this.hiddenBias = new TensorOptional(Tensor.create(gating.hiddenBias(), hidden));
    this.outputWeight = Tensor.create(permutedSecond, logits, hidden);
    this.outputBias = new TensorOptional(Tensor.create(bias, logits));
    for (int from = 0; from < items; from += chunkItems) {
      chunks.add(chunk(vectors, from, Math.min(chunkItems, items - from)));
    }
  }

  /** Scores all items; {@code scores} receives them in order. */
  void score(MolQuery query, float[] scores) {
    oneThread();
    try (var _ = new PointerScope();
        var _ = new AutoGradMode(false)) {
      Tensor components = Tensor.create(queryColumns(query), dimension(), shape.queryComponents());
      float[] permutedGate = new float[shape.logits()];
      permute(query.gate(), permutedGate, 0);
      Tensor gate = Tensor.create(permutedGate, 1, shape.logits());
      int at = 0;
      for (Chunk chunk : chunks) {
        score(chunk, components, gate, scores, at);
        at += chunk.items();
      }
    }
  }

  private void score(Chunk chunk, Tensor query, Tensor queryGate, float[] scores, int at) {
    try (var _ = new PointerScope()) {
      Tensor logits = chunk.components().matmul(query).view(chunk.items(), shape.logits());
      Tensor hidden = torch.silu_(torch.linear(logits, hiddenWeight, hiddenBias));
      Tensor inner = torch.linear(hidden, outputWeight, outputBias);
      Tensor weights = torch.silu_(inner.addcmul_(queryGate, chunk.gates())).softmax(1);
      Tensor mixed = weights.mul_(logits).sum(1).contiguous();
      new FloatPointer(mixed.data_ptr()).capacity(chunk.items()).get(scores, at, chunk.items());
    }
  }

  private Chunk chunk(VectorFile vectors, int from, int count) {
    float[] components = new float[count * shape.itemFloats()];
    float[] gates = new float[count * shape.logits()];
    float[] gate = new float[shape.logits()];
    for (int i = 0; i < count; i++) {
      vectors.components(from + i, components, i * shape.itemFloats());
      vectors.gate(from + i, gate, 0);
      permute(gate, gates, i * gate.length, 0);
    }
    return new Chunk(
        Tensor.create(components, (long) count * shape.itemComponents(), dimension()),
        Tensor.create(gates, count, shape.logits()),
        count);
  }

  /** The query's components divided by the temperature, d × P_Q. */
  private float[] queryColumns(MolQuery query) {
    float[] columns = new float[shape.queryFloats()];
    for (int n = 0; n < shape.queryComponents(); n++) {
      for (int k = 0; k < dimension(); k++) {
        columns[k * shape.queryComponents() + n] =
            query.components()[n * dimension() + k] / shape.temperature();
      }
    }
    return columns;
  }

  private int dimension() {
    return shape.componentDimension();
  }

  /** Where logit p lies when item components come first. */
  private int place(int p) {
    return p % shape.itemComponents() * shape.queryComponents() + p / shape.itemComponents();
  }

  private void permute(float[] from, float[] to, int at) {
    permute(from, to, at, at);
  }

  private void permute(float[] from, float[] to, int toAt, int fromAt) {
    for (int p = 0; p < shape.logits(); p++) {
      to[toAt + place(p)] = from[fromAt + p];
    }
  }

  /** Keeps LibTorch and OpenBLAS from starting threads of their own for the calling thread. */
  private static void oneThread() {
    torch.set_num_threads(1);
    openblas_nolapack.blas_set_num_threads(1);
  }
}
