package io.holdfast.model;

/**
 * One disk of a protected machine, as last described by its agent.
 *
 * @param identity what makes it this disk at its source
 * @param sizeBytes at least 1
 * @since 1.0
 */
public record MachineDisk(String identity, long sizeBytes) {}
