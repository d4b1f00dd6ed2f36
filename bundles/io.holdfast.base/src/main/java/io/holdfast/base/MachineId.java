package io.holdfast.base;

import java.util.UUID;

/**
 * Identifies one protected machine for ever, across sites, renames and failovers.
 *
 * @param value the identity; never reused for another machine
 * @since 1.0
 */
public record MachineId(UUID value) implements Comparable<MachineId> {

    /**
     * Reads the canonical form, as printed by {@link #toString()}.
     *
     * @param text 36 characters, for example {@code 6f1c2a34-0d7e-4f67-9f1e-2f8a52d0c9aa}
     * @return the id
     * @throws HoldfastException with {@link ErrorCode#INVALID_ARGUMENT} when the text is no such id
     */
    public static MachineId parse(String text) {
        try {
            UUID parsed = UUID.fromString(text);
            if (parsed.toString().equalsIgnoreCase(text)) {
                return new MachineId(parsed);
            }
        } catch (IllegalArgumentException _) {
            // answered below, in words of ours
        }
        throw new HoldfastException(
                ErrorCode.INVALID_ARGUMENT,
                "machine id",
                "'" + text + "' is not a machine id; expected the 36-character UUID form");
    }

    /** Ids are ordered as they are printed; the JDK orders them as signed numbers. */
    @Override
    @SuppressWarnings("null") // the JDK interface says nothing about null; ours does
    public int compareTo(MachineId other) {
        int high = Long.compareUnsigned(value.getMostSignificantBits(), other.value.getMostSignificantBits());
        return high != 0
                ? high
                : Long.compareUnsigned(value.getLeastSignificantBits(), other.value.getLeastSignificantBits());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
