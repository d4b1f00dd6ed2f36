package io.holdfast.adapter;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.nio.file.Path;

/**
 * One disk of a replica: what it reads until it is hydrated.
 *
 * @param identity of the disk at its source; the guest sees its first 20 characters as the serial
 * @param sizeBytes of the export, at least 1; the guest sees whole sectors of 512 bytes
 * @param logicalSectorBytes as the guest sees it, 512 or 4096
 * @param physicalSectorBytes as the guest sees it, at least the logical one
 * @param baseSocket absolute path of the UNIX socket on which the NBD server of the recovery point listens; the same after a restart of ours
 * @param exportName NBD export name
 * @since 1.0
 */
public record ReplicaDisk(
        String identity,
        long sizeBytes,
        int logicalSectorBytes,
        int physicalSectorBytes,
        Path baseSocket,
        String exportName) {

    public ReplicaDisk {
        if (sizeBytes < 1) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "disk " + identity, sizeBytes + " bytes; expected at least 1");
        }
        if (!isSector(logicalSectorBytes)
                || !isSector(physicalSectorBytes)
                || physicalSectorBytes < logicalSectorBytes) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "disk " + identity,
                    "sectors of " + logicalSectorBytes + " and " + physicalSectorBytes
                            + " bytes; expected 512 or 4096, the physical not below the logical");
        }
        if (!baseSocket.isAbsolute()) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, baseSocket.toString(), "expected an absolute path of a socket");
        }
    }

    private static boolean isSector(int bytes) {
        return bytes == 512 || bytes == 4096;
    }
}
