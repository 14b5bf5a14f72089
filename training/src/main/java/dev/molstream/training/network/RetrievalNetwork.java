package dev.molstream.training.network;

import dev.molstream.retrieval.MolShape;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** The whole model: items and histories to component vectors and gates, and their scores. */
public final class RetrievalNetwork implements AutoCloseable {
  private final NetworkShape shape;
  private final Parameters parameters;
  private final ItemNetwork itemNetwork;
  private final SequenceEncoder encoder;
  private final MolHead head;

  /** What the network knows of items: base [U, D], components [U, P_X, d], gates [U, L]. */
  public record Items(Tensor base, Tensor components, Tensor gates) {}

  /**
   * What it knows of queries.
   *
   * @param components [M, P_Q, d]
   * @param gates [M, L]
   * @param userVectors [M, d] rows of the user table, to be kept short; null without one
   */
  public record Queries(Tensor components, Tensor gates, @Nullable Tensor userVectors) {
    /** Those at the places. */
    public Queries at(int[] places) {
      Tensor chosen = Tensors.of(Arrays.stream(places).asLongStream().toArray(), places.length);
      return new Queries(
          components.index_select(0, chosen),
          gates.index_select(0, chosen),
          userVectors == null ? null : userVectors.index_select(0, chosen));
    }
  }

  private RetrievalNetwork(
      NetworkShape shape,
      Parameters parameters,
      ItemNetwork itemNetwork,
      SequenceEncoder encoder,
      MolHead head) {
    this.shape = shape;
    this.parameters = parameters;
    this.itemNetwork = itemNetwork;
    this.encoder = encoder;
    this.head = head;
  }

  /** A new network with random weights. */
  public static RetrievalNetwork create(NetworkShape shape, RandomGenerator random) {
    Parameters parameters = new Parameters(random);
    MolShape mol = shape.mol();
    ItemNetwork items =
        new ItemNetwork(
            shape.trainedItems(),
            shape.hashBuckets(),
            mol.baseDimension(),
            shape.idDropout(),
            parameters);
    SequenceEncoder encoder =
        switch (shape.encoderKind()) {
          case HSTU -> new HstuEncoder(shape.encoder(), parameters);
          case SASREC -> new SasRecEncoder(shape.encoder(), parameters);
        };
    return new RetrievalNetwork(shape, parameters, items, encoder, new MolHead(shape, parameters));
  }

  /** Its sizes. */
  public NetworkShape shape() {
    return shape;
  }

  /** The weights. */
  public Parameters parameters() {
    return parameters;
  }

  /** The similarity. */
  public MolHead head() {
    return head;
  }

  /** Embeds items. */
  public Items items(ItemBatch items, Dropout dropout) {
    Tensor base = itemNetwork.base(items, dropout);
    return new Items(base, head.itemComponents(base), head.itemGate(base));
  }

  /**
   * Encodes histories at chosen positions.
   *
   * @param positions [M] indices into B·n
   */
  public Queries queries(Histories histories, long[] positions, Dropout dropout) {
    Tensor encoded = encoder.encode(histories, dropout);
    Tensor chosen =
        encoded
            .reshape(-1, shape.mol().baseDimension())
            .index_select(0, Tensors.of(positions, positions.length));
    Tensor userVectors = shape.knowsUsers() ? userVectors(histories, positions) : null;
    return new Queries(
        head.queryComponents(chosen, userVectors, dropout), head.queryGate(chosen), userVectors);
  }

  private Tensor userVectors(Histories histories, long[] positions) {
    long[] rows = new long[positions.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = histories.userRows()[(int) (positions[i] / histories.length())];
    }
    return head.userVectors(Tensors.of(rows, rows.length));
  }

  @Override
  public void close() {
    parameters.close();
  }
}
