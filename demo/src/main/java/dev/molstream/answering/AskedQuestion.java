package dev.molstream.answering;

import dev.molstream.demo.Answer;

/**
 * A question that was asked of the running system.
 *
 * @param question held out from learning
 * @param passageId of the passage that answers it
 * @param sharesWords whether the passage has one of its words of four letters or more
 * @param answer what came back
 * @param rank of that passage in the answer, 1 for the first; 0 when it is not there
 * @param cosineRank its rank among all passages by the cosine of the encoder's vectors
 */
public record AskedQuestion(
    String question,
    String passageId,
    boolean sharesWords,
    Answer answer,
    int rank,
    int cosineRank) {}
