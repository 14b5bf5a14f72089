package dev.molstream.training.network;

import dev.molstream.retrieval.MolShape;
import dev.molstream.training.network.RetrievalNetwork.Items;
import dev.molstream.training.network.RetrievalNetwork.Queries;
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
        new NetworkShape(
            mol,
            EncoderKind.SASREC,
            none,
            queryHidden,
            GatedUnit.SWIGLU,
            0,
            1,
            2,
            Lift.hadAlways(mol),
            0,
            true);
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
   * Scores of every query with every item, [M, R].
   *
   * @param encoded [M, D]
   * @param bases [R, D]
   */
  public MolHead.Scored scoreAll(Tensor encoded, Tensor bases, Dropout dropout) {
    return score(queries(encoded, dropout), items(bases), dropout);
  }

  /**
   * Scores queries.
   *
   * @param encoded [M, D]
   * @param bases [R, D]
   * @param labels [M] the item that answers each query
   */
  public Scores score(Tensor encoded, Tensor bases, Tensor labels, Dropout dropout) {
    Queries queries = queries(encoded, dropout);
    Items items = items(bases);
    return new Scores(
        score(queries, items, dropout),
        head.scorePairs(
            queries.components(),
            queries.gates(),
            items.components().index_select(0, labels),
            items.gates().index_select(0, labels),
            dropout));
  }

  private MolHead.Scored score(Queries queries, Items items, Dropout dropout) {
    return head.scoreAll(
        queries.components(), queries.gates(), items.components(), items.gates(), dropout);
  }

  private Queries queries(Tensor encoded, Dropout dropout) {
    return new Queries(head.queryComponents(encoded, null, dropout), head.queryGate(encoded), null);
  }

  private Items items(Tensor bases) {
    return new Items(bases, head.itemComponents(bases), head.itemGate(bases));
  }

  @Override
  public void close() {
    parameters.close();
  }
}
