package dev.molstream.model;

/**
 * One item's vectors. The arrays belong to the caller.
 *
 * @param base D floats
 * @param components P_X × d floats, component major, each of length 1
 * @param gate b(x), L floats, query index major
 */
@SuppressWarnings("ArrayRecordComponent")
public record ItemVectors(float[] base, float[] components, float[] gate) {}
