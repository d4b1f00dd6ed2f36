package io.holdfast.adapter.kvm.target;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** Names failures of the file system. */
final class DiskErrors {

    private DiskErrors() {}

    static HoldfastException of(Path file, String found, IOException cause) {
        ErrorCode code = saysFull(String.valueOf(cause.getMessage())) ? ErrorCode.DISK_FULL : ErrorCode.DISK_ERROR;
        return new HoldfastException(code, file.toString(), found + ": " + cause.getMessage(), cause);
    }

    /** Whether a message of the system or of a tool tells of missing space. */
    static boolean saysFull(String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        return lower.contains("no space left") || lower.contains("disk quota exceeded");
    }
}
