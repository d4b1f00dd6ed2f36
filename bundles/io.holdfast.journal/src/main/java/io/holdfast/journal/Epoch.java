package io.holdfast.journal;

import io.holdfast.base.Position;
import io.holdfast.base.stream.EpochCause;

/**
 * One writer's stretch of a machine's history.
 *
 * @param number 1 and up; a later epoch has a higher number, numbers may be left out
 * @param parent the position that this epoch's writes lie upon. Where it is older than the newest position before the opening, history
 *     branches: what came after the parent stays readable as a branch of its own
 * @param firstSequence the first sequence that this epoch can give: one more than any sequence given before it
 * @param cause why it was opened
 * @param writer who opened it, for people, at most 200 characters
 * @param openedUtcMillis the store's clock at the opening; a label
 * @since 1.0
 */
public record Epoch(
        long number, Position parent, long firstSequence, EpochCause cause, String writer, long openedUtcMillis) {}
