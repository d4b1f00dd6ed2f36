package io.holdfast.changelog;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.IOException;
import java.util.Locale;

/** Turns what the storage says into named errors. */
final class LogErrors {

    private LogErrors() {}

    static HoldfastException of(String object, IOException cause) {
        String text = String.valueOf(cause.getMessage());
        String lower = text.toLowerCase(Locale.ROOT);
        boolean full = lower.contains("no space left") || lower.contains("quota exceeded");
        return full
                ? new HoldfastException(
                        ErrorCode.DISK_FULL, object, "the change log's disk is full; free some space", cause)
                : new HoldfastException(ErrorCode.DISK_ERROR, object, "the change log's disk failed: " + text, cause);
    }
}
