package io.holdfast.bench;

/**
 * What one step took.
 *
 * @param seconds until the program had ended and all it wrote was on the medium
 * @param peakMebibytes the most memory that its processes had resident together
 */
record RivalCost(double seconds, double peakMebibytes) {}
