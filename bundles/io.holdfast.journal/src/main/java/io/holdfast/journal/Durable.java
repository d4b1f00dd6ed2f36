package io.holdfast.journal;

import io.holdfast.base.MachineId;

/**
 * What a commit made durable for one machine.
 *
 * @param machine which
 * @param head the head of its history after the commit
 * @since 1.0
 */
public record Durable(MachineId machine, HistoryHead head) {}
