package io.holdfast.model;

/**
 * How far something is.
 *
 * @param done 0 and up
 * @param total at least {@code done}; 0 when nothing is to be done
 * @param unit of both, for example {@code bytes}
 * @since 1.0
 */
public record Progress(long done, long total, String unit) {

    public Progress {
        total = Math.max(total, done);
    }
}
