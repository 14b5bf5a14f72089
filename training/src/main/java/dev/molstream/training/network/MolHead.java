package dev.molstream.training.network;

import dev.molstream.retrieval.MolShape;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Mixture-of-Logits (arXiv 2407.15462 section 3; mol.md section 1.2). Logits lie with their index
 * first, [L, …], so that each of the P_Q·P_X products is one plain matrix product and the gate is
 * two; L is query index major.
 */
public final class MolHead {
  private static final double GATE_DROPOUT = 0.2;

  private final MolShape shape;
  private final Tensor queryInnerWeight;
  private final Tensor queryInnerBias;
  private final Tensor queryWeight;
  private final Tensor queryBias;
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
    static Gate of(String name, MolShape shape, Parameters parameters) {
      return new Gate(
          parameters.weight(name + ".hidden.weight", shape.gateHidden(), shape.baseDimension()),
          parameters.zeros(name + ".hidden.bias", shape.gateHidden()),
          parameters.weight(name + ".output.weight", shape.logits(), shape.gateHidden()));
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
   * @param gates π as applied, [L, pairs]
   */
  public record Scored(Tensor scores, Tensor gates) {}

  MolHead(MolShape shape, int queryHidden, Parameters parameters) {
    this.shape = shape;
    int width = shape.baseDimension();
    this.queryInnerWeight = parameters.weight("query.inner.weight", 2 * queryHidden, width);
    this.queryInnerBias = parameters.zeros("query.inner.bias", 2L * queryHidden);
    this.queryWeight =
        parameters.weight("query.components.weight", shape.queryFloats(), queryHidden);
    this.queryBias = parameters.zeros("query.components.bias", shape.queryFloats());
    this.queryGate = Gate.of("query.gate", shape, parameters);
    this.itemWeight = parameters.weight("item.components.weight", shape.itemFloats(), width);
    this.itemBias = parameters.zeros("item.components.bias", shape.itemFloats());
    this.itemGate = Gate.of("item.gate", shape, parameters);
    this.hiddenWeight = parameters.weight("gate.hidden.weight", shape.gateHidden(), shape.logits());
    this.hiddenBias = parameters.zeros("gate.hidden.bias", shape.gateHidden());
    this.outputWeight = parameters.weight("gate.output.weight", shape.logits(), shape.gateHidden());
    this.outputBias = parameters.zeros("gate.output.bias", shape.logits());
  }

  /** Encoder outputs [M, D] to unit component vectors [M, P_Q, d]. */
  Tensor queryComponents(Tensor encoded) {
    TensorVector halves =
        torch.linear(encoded, queryInnerWeight, new TensorOptional(queryInnerBias)).chunk(2, 1);
    Tensor inner = torch.silu(halves.get(0)).mul(halves.get(1));
    return Tensors.unit(
        torch
            .linear(inner, queryWeight, new TensorOptional(queryBias))
            .view(encoded.size(0), shape.queryComponents(), shape.componentDimension()));
  }

  /** Base vectors [U, D] to unit component vectors [U, P_X, d]. */
  Tensor itemComponents(Tensor base) {
    return Tensors.unit(
        torch
            .linear(base, itemWeight, new TensorOptional(itemBias))
            .view(base.size(0), shape.itemComponents(), shape.componentDimension()));
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
    Tensor left = queries.permute(1, 0, 2).unsqueeze(1); // [P_Q, 1, M, d]
    Tensor right = items.permute(1, 2, 0).unsqueeze(0); // [1, P_X, d, R]
    Tensor logits = left.matmul(right).view(shape.logits(), count * candidates);
    Tensor a = queryGates.t().unsqueeze(2);
    Tensor b = itemGates.t().unsqueeze(1);
    Tensor product = a.mul(b).view(shape.logits(), count * candidates);
    Scored scored = mix(logits, product, dropout);
    return new Scored(scored.scores().view(count, candidates), scored.gates());
  }

  /**
   * MoL of each query with its own item: [M].
   *
   * @param items [M, P_X, d], the m-th for the m-th query
   * @param itemGates [M, L]
   */
  public Scored scorePairs(
      Tensor queries, Tensor queryGates, Tensor items, Tensor itemGates, Dropout dropout) {
    Tensor logits = queries.matmul(items.transpose(1, 2)).view(queries.size(0), shape.logits());
    return mix(logits.t(), queryGates.mul(itemGates).t(), dropout);
  }

  /**
   * The mean of all logits, [M, R]: MoL with all gates equal, at the price of one dot product
   * (mol.md section 3.0).
   */
  public Tensor scoreAveraged(Tensor queries, Tensor items) {
    return queries.mean(1).mul(new Scalar(1 / shape.temperature())).matmul(items.mean(1).t());
  }

  /** As {@link #scoreAveraged}, each query with its own item: [M]. */
  public Tensor pairAveraged(Tensor queries, Tensor items) {
    return queries.mean(1).mul(items.mean(1)).sum(1).mul(new Scalar(1 / shape.temperature()));
  }

  /** Logits before τ [L, N] and a⊙b [L, N] to scores [N]. */
  private Scored mix(Tensor cosines, Tensor gateProduct, Dropout dropout) {
    Tensor logits = cosines.mul(new Scalar(1 / shape.temperature()));
    Tensor hidden = torch.silu(hiddenWeight.matmul(logits).add(hiddenBias.unsqueeze(1)));
    Tensor cross = outputWeight.matmul(hidden).add(outputBias.unsqueeze(1));
    Tensor gates = torch.silu(gateProduct.add(cross)).softmax(0);
    if (dropout.isOn()) {
      Tensor kept = dropout.apply(gates, GATE_DROPOUT);
      gates =
          kept.div(
              kept.sum(new long[] {0}, true, new ScalarTypeOptional())
                  .clamp_min(new Scalar(1e-6f)));
    }
    return new Scored(gates.mul(logits).sum(0), gates);
  }
}
