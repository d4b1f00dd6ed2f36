package io.holdfast.cli.internal.output;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** How figures and names are written for people. */
public final class Words {

    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    private static final String NONE = "-";
    private static final long SECOND = 1_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private Words() {}

    /**
     * Writes an amount of data.
     *
     * @param count in bytes
     * @return for example {@code 5.4 GiB}
     */
    public static String bytes(long count) {
        double value = count;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0 ? count + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }

    /**
     * Writes a length of time.
     *
     * @param millis 0 and up
     * @return for example {@code 600 ms}, {@code 4.0 s}, {@code 1 min 35 s}
     */
    public static String duration(long millis) {
        if (millis < SECOND) {
            return millis + " ms";
        }
        if (millis < MINUTE) {
            return String.format(Locale.ROOT, "%.1f s", millis / (double) SECOND);
        }
        if (millis < HOUR) {
            return millis / MINUTE + " min " + millis % MINUTE / SECOND + " s";
        }
        return millis < 2 * DAY ? millis / HOUR + " h " + millis % HOUR / MINUTE + " min" : millis / DAY + " days";
    }

    /**
     * Writes how many there are of something.
     *
     * @param number 0 and up
     * @param one what one of them is called
     * @return for example {@code 1 processor} or {@code 2 processors}
     */
    public static String count(long number, String one) {
        return number + " " + one + (number == 1 ? "" : "s");
    }

    /**
     * Writes a moment so that it can be given back to a command.
     *
     * @param millis since 1970-01-01T00:00Z
     * @return UTC with milliseconds, for example {@code 2026-11-21T10:15:30.250Z}
     */
    public static String exactTime(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    /**
     * Writes a moment.
     *
     * @param node milliseconds since 1970-01-01T00:00Z, or missing
     * @return UTC to the second, or a hyphen
     */
    public static String time(JsonNode node) {
        return node.isIntegralNumber()
                ? Instant.ofEpochMilli(node.longValue())
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString()
                : NONE;
    }

    /**
     * Writes a text that may be missing.
     *
     * @param node a plain value, or missing
     * @return its text, or a hyphen
     */
    public static String text(JsonNode node) {
        String text = node.asText("");
        return text.isEmpty() ? NONE : text;
    }

    /**
     * Writes a name of the interface for people.
     *
     * @param node for example {@code MARKED_FOR_RESYNCHRONISATION}
     * @return for example {@code marked for resynchronisation}
     */
    public static String name(JsonNode node) {
        return text(node).replace('_', ' ').toLowerCase(Locale.ROOT);
    }
}
