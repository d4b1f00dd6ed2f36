package io.holdfast.console.rest.internal.api;

import org.jspecify.annotations.Nullable;

/** Fields of a request that may be left out. */
final class Given {

    private Given() {}

    /** The number that was given, or what counts otherwise. */
    static int or(@Nullable Integer given, int otherwise) {
        return given == null ? otherwise : given;
    }

    /** The number that was given, or what counts otherwise. */
    static long or(@Nullable Long given, long otherwise) {
        return given == null ? otherwise : given;
    }

    /** The value that was given, or what counts otherwise. */
    static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
