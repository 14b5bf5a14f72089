package dev.molstream.benchmark.peer;

import dev.molstream.benchmark.catalogue.VectorFile;
import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.VectorFormat;
import dev.molstream.retrieval.kernel.KernelKind;
import dev.molstream.retrieval.kernel.MolKernel;
import dev.molstream.retrieval.record.RecordLayout;

/** The engine's own kernel, over the items of a {@link VectorFile} in place. */
final class KernelScorer implements CandidateScorer {
  private final VectorFile vectors;
  private final MolKernel kernel;
  private long[] addresses = {};

  KernelScorer(VectorFile vectors, GatingNetwork gating) {
    this.vectors = vectors;
    this.kernel =
        KernelKind.chosen().create(new RecordLayout(vectors.shape(), VectorFormat.FLOAT32), gating);
  }

  @Override
  public void prepare(MolQuery query) {
    kernel.prepare(query);
  }

  @Override
  public void score(int[] items, int count, float[] scores) {
    if (addresses.length < count) {
      addresses = new long[count];
    }
    for (int i = 0; i < count; i++) {
      addresses[i] = vectors.recordAddress(items[i]);
    }
    kernel.score(addresses, 0, count, scores);
  }
}
