package io.holdfast.journal.internal.keys;

import io.holdfast.journal.internal.format.DamagedException;

/**
 * What trying one passphrase costs: the parameters of Argon2id (RFC 9106), kept in each file that it protects.
 *
 * @param memoryKib kibibytes, 8 for each lane to 1 GiB
 * @param passes over that memory, 1 to 64
 * @param lanes 1 to 16
 */
public record PassphraseCost(int memoryKib, int passes, int lanes) {

    /** The second recommendation of RFC 9106, section 4: half a second on one core of 2020, 64 MiB. */
    public static final PassphraseCost DEFAULT = new PassphraseCost(64 << 10, 3, 4);

    private static final int MEMORY_KIB_MAX = 1 << 20;
    private static final int PASSES_MAX = 64;
    private static final int LANES_MAX = 16;

    /** Checks what a file says before so much is allocated. */
    void require() throws DamagedException {
        boolean right = lanes >= 1
                && lanes <= LANES_MAX
                && passes >= 1
                && passes <= PASSES_MAX
                && memoryKib >= 8 * lanes
                && memoryKib <= MEMORY_KIB_MAX;
        if (!right) {
            throw DamagedException.damaged("its passphrase costs " + this + "; expected at most " + MEMORY_KIB_MAX
                    + " KiB, " + PASSES_MAX + " passes, " + LANES_MAX + " lanes");
        }
    }
}
