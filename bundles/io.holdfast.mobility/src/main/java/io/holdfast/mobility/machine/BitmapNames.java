package io.holdfast.mobility.machine;

import io.holdfast.base.MachineId;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Names of bitmaps at a source: tag of the agent, tag of the machine, number. They tell who protects a machine.
 *
 * @param agentTag of this agent, 12 characters
 * @param machineTag of this machine, 12 characters
 * @param isProtectedHere tells whether this agent protects a machine of a tag
 */
record BitmapNames(String agentTag, String machineTag, Predicate<String> isProtectedHere) {

    /** Whose a bitmap is. */
    enum Owner {
        /** This machine's. */
        OURS,
        /** Left behind by a protection that this agent has ended. */
        STALE,
        /** Another protection's, of this agent or another one. */
        OTHER
    }

    private static final int TAG_LENGTH = 12;

    static BitmapNames of(UUID agent, MachineId machine, Predicate<String> isProtectedHere) {
        return new BitmapNames(tag(agent), tag(machine.value()), isProtectedHere);
    }

    static String tag(UUID id) {
        return id.toString().replace("-", "").substring(0, TAG_LENGTH);
    }

    String name(long number) {
        return agentTag + "-" + machineTag + "-" + number;
    }

    Owner ownerOf(String name) {
        String[] parts = name.split("-", -1);
        if (parts.length != 3 || !parts[0].equals(agentTag)) {
            return Owner.OTHER;
        }
        if (parts[1].equals(machineTag)) {
            return Owner.OURS;
        }
        return isProtectedHere.test(parts[1]) ? Owner.OTHER : Owner.STALE;
    }
}
