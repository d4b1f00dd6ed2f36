package io.holdfast.model;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/**
 * Which recovery point somebody means.
 *
 * @since 1.0
 */
public sealed interface PointChoice {

    /** The newest proven write. */
    record Latest() implements PointChoice {
        @Override
        public String toString() {
            return "latest";
        }
    }

    /**
     * Exactly this write.
     *
     * @param position of a proven write
     */
    record At(Position position) implements PointChoice {
        @Override
        public String toString() {
            return position.toString();
        }
    }

    /**
     * The last point at or before a moment of the source's clock.
     *
     * @param utcMillis the moment
     */
    record Before(long utcMillis) implements PointChoice {
        @Override
        public String toString() {
            return Instant.ofEpochMilli(utcMillis).toString();
        }
    }

    /**
     * Reads a choice as people and programs write it.
     *
     * @param text {@code latest}, {@code epoch:sequence}, or a moment like {@code 2026-11-21T10:15:30.250Z}
     * @return the choice, whose {@code toString()} this method reads
     * @throws HoldfastException with {@link ErrorCode#INVALID_ARGUMENT} when it is none of these
     */
    static PointChoice parse(String text) {
        if (text.equals("latest")) {
            return new Latest();
        }
        if (text.matches("\\d+:\\d+")) {
            return new At(Position.parse(text));
        }
        try {
            return new Before(Instant.parse(text).toEpochMilli());
        } catch (DateTimeParseException | ArithmeticException _) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "point '" + text + "'",
                    "expected latest, epoch:sequence, or a UTC time such as 2026-11-21T10:15:30.250Z");
        }
    }
}
