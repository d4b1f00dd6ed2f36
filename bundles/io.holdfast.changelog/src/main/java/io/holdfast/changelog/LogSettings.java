package io.holdfast.changelog;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import java.util.Optional;

/**
 * What bounds and protects one machine's change log.
 *
 * @param machine whose log it is
 * @param bytesMax the most that all files of the log together take, at least {@link #BYTES_LEAST}; beside it holds the bound of each disk,
 *     half its size (M-094)
 * @param switchBytes from which size on a generation is switched, at least {@link Blocks#BYTES} and at most half of {@code bytesMax}
 * @param key encrypts the log with AES-256-GCM; empty only where the log lies on the source's own disk
 * @since 1.0
 */
public record LogSettings(MachineId machine, long bytesMax, long switchBytes, Optional<LogKey> key) {

    /** The smallest bound: 1 MiB. */
    public static final long BYTES_LEAST = 1 << 20;

    private static final long SWITCH_BYTES_DEFAULT = 64 << 20;

    public LogSettings {
        if (bytesMax < BYTES_LEAST) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "change log bound",
                    bytesMax + " bytes; expected at least " + BYTES_LEAST);
        }
        if (switchBytes < Blocks.BYTES || switchBytes > bytesMax / 2) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "change log switch",
                    switchBytes + " bytes; expected " + Blocks.BYTES + " to " + bytesMax / 2);
        }
    }

    /**
     * An encrypted log that switches at 64 MiB, or earlier when it is small.
     *
     * @param machine whose log it is
     * @param bytesMax as in the record
     * @param key as in the record
     * @return the settings
     */
    public static LogSettings encrypted(MachineId machine, long bytesMax, LogKey key) {
        return new LogSettings(machine, bytesMax, Math.min(SWITCH_BYTES_DEFAULT, bytesMax / 4), Optional.of(key));
    }
}
