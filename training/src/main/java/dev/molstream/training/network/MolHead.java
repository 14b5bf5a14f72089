package dev.molstream.training.network;

import static java.util.Objects.requireNonNull;

import dev.molstream.retrieval.MolShape;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Mixture-of-Logits (arXiv 2407.15462 section 3). Logits lie with their index first, [L, …], so
 * that each of the P_Q·P_X products is one plain matrix product and the gate is two; L is query
 * index major.
 *
 * <p>Where the gates are to begin equal, the last layers of item gate and cross gate are zero at
 * first.
 */
public final class MolHead {
  /** How often a gate is dropped in training. */
  public static final double GATE_DROPOUT = 0.2;

  private static final double USER_DROPOUT = 0.5;
  private static final double USER_DEVIATION = 0.02;

  private final MolShape shape;
  private final NetworkShape network;
  private final Tensor queryInnerWeight;
  private final Tensor queryInnerBias;
  private final Tensor queryWeight;
  private final Tensor queryBias;
  private final @Nullable Tensor users;
  private final Tensor itemWeight;
  private final Tensor itemBias;
  private final Gate queryGate;
  private final Gate itemGate;
  private final Tensor hiddenWeight;
  private final Tensor hiddenBias;
  private final Tensor outputWeight;
  private final Tensor outputBias;

  /** Linear(D→H) → SiLU → Linear(H→L) without bias. */
  private record Gate(Tensor hiddenWeight, Tensor hiddenBias, Tensor outputWeight) {
    static Gate of(Tensor outputWeight, String name, MolShape shape, Parameters parameters) {
      return new Gate(
          parameters.weight(name + ".hidden.weight", shape.gateHidden(), shape.baseDimension()),
          parameters.zeros(name + ".hidden.bias", shape.gateHidden()),
          outputWeight);
    }

    Tensor apply(Tensor rows) {
      Tensor hidden = torch.silu(torch.linear(rows, hiddenWeight, new TensorOptional(hiddenBias)));
      return torch.linear(hidden, outputWeight);
    }
  }

  /**
   * Scores with what the auxiliary loss needs.
   *
   * @param scores as the call says
   * @param weights [L, pairs], gates as applied up to a factor per pair
   */
  public record Scored(Tensor scores, Tensor weights) {
    /** π as applied, [L, pairs]: each column sums to 1. */
    public Tensor gates() {
      return weights.div(sum(weights));
    }

    static Tensor sum(Tensor weights) {
      return weights.sum(0).clamp_min(new Scalar(1e-6f));
    }
  }

  /** hidden [H, L] and [H], output [L, H] and [L]. */
  public record CrossGateWeights(
      Tensor hiddenWeight, Tensor hiddenBias, Tensor outputWeight, Tensor outputBias) {}

  MolHead(NetworkShape network, Parameters parameters) {
    this.network = network;
    this.shape = network.mol();
    int queryHidden = network.queryHidden();
    int queryFloats = network.encodedComponents() * shape.componentDimension();
    int width = shape.baseDimension();
    this.queryInnerWeight = parameters.weight("query.inner.weight", 2 * queryHidden, width);
    this.queryInnerBias = parameters.zeros("query.inner.bias", 2L * queryHidden);
    this.queryWeight = parameters.weight("query.components.weight", queryFloats, queryHidden);
    this.queryBias = parameters.zeros("query.components.bias", queryFloats);
    this.users =
        network.knowsUsers()
            ? parameters.normal(
                "query.users", USER_DEVIATION, network.userRows(), shape.componentDimension())
            : null;
    this.queryGate =
        Gate.of(
            parameters.weight("query.gate.output.weight", shape.logits(), shape.gateHidden()),
            "query.gate",
            shape,
            parameters);
    this.itemWeight = parameters.weight("item.components.weight", shape.itemFloats(), width);
    this.itemBias = parameters.zeros("item.components.bias", shape.itemFloats());
    this.itemGate =
        Gate.of(gateOutput("item.gate.output.weight", parameters), "item.gate", shape, parameters);
    this.hiddenWeight = parameters.weight("gate.hidden.weight", shape.gateHidden(), shape.logits());
    this.hiddenBias = parameters.zeros("gate.hidden.bias", shape.gateHidden());
    this.outputWeight = gateOutput("gate.output.weight", parameters);
    this.outputBias = parameters.zeros("gate.output.bias", shape.logits());
  }

  private Tensor gateOutput(String name, Parameters parameters) {
    return network.equalGates()
        ? parameters.zeros(name, shape.logits(), shape.gateHidden())
        : parameters.weight(name, shape.logits(), shape.gateHidden());
  }

  /** Its sizes. */
  public MolShape shape() {
    return shape;
  }

  /** The parameters of the gate that sees the logits. */
  public CrossGateWeights crossGateWeights() {
    return new CrossGateWeights(hiddenWeight, hiddenBias, outputWeight, outputBias);
  }

  /** Rows of the user table: [M] to [M, d]. */
  Tensor userVectors(Tensor rows) {
    return requireNonNull(users, "the network has no user table").index_select(0, rows);
  }

  /**
   * Encoder outputs [M, D] to unit component vectors [M, P_Q, d].
   *
   * @param userVectors [M, d], the last components before they are normalised; null for none
   */
  Tensor queryComponents(Tensor encoded, @Nullable Tensor userVectors, Dropout dropout) {
    TensorVector halves =
        torch.linear(encoded, queryInnerWeight, new TensorOptional(queryInnerBias)).chunk(2, 1);
    Tensor inner = network.queryUnit().apply(halves.get(0), halves.get(1));
    Tensor made =
        torch
            .linear(inner, queryWeight, new TensorOptional(queryBias))
            .view(encoded.size(0), network.encodedComponents(), shape.componentDimension());
    if (userVectors != null) {
      Tensor own = dropout.apply(userVectors, USER_DROPOUT).unsqueeze(1);
      made = torch.cat(new TensorVector(made, own), 1);
    }
    return components(made, Lift.ofQueries(shape));
  }

  /** Base vectors [U, D] to unit component vectors [U, P_X, d]. */
  Tensor itemComponents(Tensor base) {
    Tensor made =
        torch
            .linear(base, itemWeight, new TensorOptional(itemBias))
            .view(base.size(0), shape.itemComponents(), shape.componentDimension());
    return components(made, Lift.ofItems(shape));
  }

  private Tensor components(Tensor made, int rest) {
    return network.lengths() ? Tensors.lifted(made, rest) : Tensors.unit(made);
  }

  /** Encoder outputs [M, D] to a(q) [M, L]. */
  Tensor queryGate(Tensor encoded) {
    return queryGate.apply(encoded);
  }

  /** Base vectors [U, D] to b(x) [U, L]. */
  Tensor itemGate(Tensor base) {
    return itemGate.apply(base);
  }

  /**
   * MoL of every query with every item: [M, R].
   *
   * @param queries [M, P_Q, d]
   * @param queryGates [M, L]
   * @param items [R, P_X, d]
   * @param itemGates [R, L]
   */
  public Scored scoreAll(
      Tensor queries, Tensor queryGates, Tensor items, Tensor itemGates, Dropout dropout) {
    long count = queries.size(0);
    long candidates = items.size(0);
    Tensor left = tempered(queries).permute(1, 0, 2).unsqueeze(1); // [P_Q, 1, M, d]
    Tensor right = items.permute(1, 2, 0).unsqueeze(0); // [1, P_X, d, R]
    Tensor logits = left.matmul(right).view(shape.logits(), count * candidates);
    Tensor cross = crossGate(logits).view(shape.logits(), count, candidates);
    Tensor inner = torch.addcmul(cross, queryGates.t().unsqueeze(2), itemGates.t().unsqueeze(1));
    Scored scored = mix(logits, inner.view(shape.logits(), count * candidates), dropout);
    return new Scored(scored.scores().view(count, candidates), scored.weights());
  }

  /**
   * MoL of each query with its own item: [M].
   *
   * @param items [M, P_X, d], the m-th for the m-th query
   * @param itemGates [M, L]
   */
  public Scored scorePairs(
      Tensor queries, Tensor queryGates, Tensor items, Tensor itemGates, Dropout dropout) {
    Tensor logits =
        tempered(queries).matmul(items.transpose(1, 2)).view(queries.size(0), shape.logits()).t();
    Tensor inner = torch.addcmul(crossGate(logits), queryGates.t(), itemGates.t());
    return mix(logits, inner, dropout);
  }

  /**
   * The mean of all logits, [M, R]: MoL with all gates equal, at the price of one dot product
   * (arXiv 2407.15462).
   */
  public Tensor scoreAveraged(Tensor queries, Tensor items) {
    return averagedQueries(queries).matmul(averagedItems(items).t());
  }

  /** The query's side of {@link #scoreAveraged}: [M, P_Q, d] to [M, d], with 1/τ. */
  public Tensor averagedQueries(Tensor queries) {
    return tempered(queries.mean(1));
  }

  /** The item's side of {@link #scoreAveraged}: [R, P_X, d] to [R, d]. */
  public Tensor averagedItems(Tensor items) {
    return items.mean(1);
  }

  private Tensor tempered(Tensor queries) {
    return queries.mul(new Scalar(1 / shape.temperature()));
  }

  /** Logits [L, N] to c [L, N]. */
  private Tensor crossGate(Tensor logits) {
    Tensor hidden = torch.silu(torch.addmm(hiddenBias.unsqueeze(1), hiddenWeight, logits));
    return torch.addmm(outputBias.unsqueeze(1), outputWeight, hidden);
  }

  /** Logits [L, N] and a⊙b + c [L, N] to scores [N]. */
  private static Scored mix(Tensor logits, Tensor inner, Dropout dropout) {
    Tensor weights = torch.silu(inner).softmax(0);
    if (!dropout.isOn()) {
      return new Scored(weights.mul(logits).sum(0), weights);
    }
    Tensor kept = weights.mul(dropout.keep(GATE_DROPOUT, weights.shape()));
    return new Scored(kept.mul(logits).sum(0).div(Scored.sum(kept)), kept);
  }
}
