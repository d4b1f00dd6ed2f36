package io.holdfast.model;

/**
 * What a replica of a machine needs to boot.
 *
 * @param processors virtual processors, at least 1
 * @param memoryMebibytes at least 1
 * @param firmware how it finds its boot loader
 * @since 1.0
 */
public record Hardware(int processors, int memoryMebibytes, Firmware firmware) {

    /** How a machine finds its boot loader. */
    public enum Firmware {
        BIOS,
        UEFI
    }
}
