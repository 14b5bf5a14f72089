package dev.molstream.training.network;

import dev.molstream.retrieval.MolShape;
import java.util.random.RandomGenerator;
import org.bytedeco.pytorch.Tensor;

/**
 * MoL alone, over vectors that are given: outputs of an encoder that is not learned here on the
 * query's side, base vectors on the item's.
 */
public final class PairNetwork implements AutoCloseable {
  private final NetworkShape shape;
  private final Parameters parameters;
  private final MolHead head;

  private PairNetwork(NetworkShape shape, Parameters parameters, MolHead head) {
    this.shape = shape;
    this.parameters = parameters;
    this.head = head;
  }

  /**
   * A new network with random weights.
   *
   * @param queryHidden inner width of the gated unit that makes query components
   */
  public static PairNetwork create(MolShape mol, int queryHidden, RandomGenerator random) {
    // It has neither a sequence encoder nor tables of ids and features: their sizes are the least.
    EncoderShape none = new EncoderShape(mol.baseDimension(), 1, 1, 1, 0, 0);
    NetworkShape shape =
        new NetworkShape(mol, EncoderKind.SASREC, none, queryHidden, GatedUnit.SWIGLU, 0, 1, 2, 0);
    Parameters parameters = new Parameters(random);
    return new PairNetwork(shape, parameters, new MolHead(shape, parameters));
  }

  /** Its sizes; those of encoder and tables mean nothing. */
  public NetworkShape shape() {
    return shape;
  }

  /** The weights. */
  public Parameters parameters() {
    return parameters;
  }

  /** Scores of every query with every item, [M, R], and of every query with its own, [M]. */
  public record Scores(MolHead.Scored all, MolHead.Scored own) {}

  /**
   * Scores queries.
   *
   * @param encoded [M, D]
   * @param bases [R, D]
   * @param labels [M] the item that answers each query
   */
  public Scores score(Tensor encoded, Tensor bases, Tensor labels, Dropout dropout) {
    Tensor queries = head.queryComponents(encoded, null, dropout);
    Tensor queryGates = head.queryGate(encoded);
    Tensor items = head.itemComponents(bases);
    Tensor itemGates = head.itemGate(bases);
    return new Scores(
        head.scoreAll(queries, queryGates, items, itemGates, dropout),
        head.scorePairs(
            queries,
            queryGates,
            items.index_select(0, labels),
            itemGates.index_select(0, labels),
            dropout));
  }

  @Override
  public void close() {
    parameters.close();
  }
}
