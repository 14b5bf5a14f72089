package dev.molstream.training.network;

import dev.molstream.retrieval.MolShape;

/**
 * Sizes of the whole network.
 *
 * @param mol sizes of the similarity
 * @param encoderKind which encoder
 * @param encoder its sizes
 * @param queryHidden inner width of the gated unit that makes query components
 * @param queryUnit which gated unit
 * @param userRows rows of the user table, row 0 for nobody in particular; 0 for no user component,
 *     else at least 2
 * @param trainedItems rows of the id table, without row 0 for unknown items
 * @param hashBuckets rows of the feature table
 * @param lengths whether component vectors carry lengths: {@link Lift}
 * @param idDropout how often an item's id embedding is left out in training, from 0 to below 1
 * @param equalGates whether the gates begin equal: after a warm-up on the mean of the logits the
 *     mixture is the same function then; otherwise they begin at random, as in the paper
 */
public record NetworkShape(
    MolShape mol,
    EncoderKind encoderKind,
    EncoderShape encoder,
    int queryHidden,
    GatedUnit queryUnit,
    int userRows,
    int trainedItems,
    int hashBuckets,
    boolean lengths,
    double idDropout,
    boolean equalGates) {
  public NetworkShape {
    if (userRows < 0 || userRows == 1) {
      throw new IllegalArgumentException("user rows " + userRows + " are not 0 or at least 2");
    }
    if (lengths && !Lift.hasRoom(mol)) {
      throw new IllegalArgumentException(
          "vectors of " + mol + " cannot carry lengths, valid are 3 dimensions or more");
    }
    if (userRows > 0 && mol.queryComponents() < 2) {
      throw new IllegalArgumentException(
          "the only query component of " + mol + " cannot be the user's");
    }
  }

  /** Whether the last query component is the user's own vector. */
  public boolean knowsUsers() {
    return userRows > 0;
  }

  /** How many query components are made from the encoder's output. */
  public int encodedComponents() {
    return mol.queryComponents() - (knowsUsers() ? 1 : 0);
  }
}
