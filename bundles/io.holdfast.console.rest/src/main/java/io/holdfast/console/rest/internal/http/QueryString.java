package io.holdfast.console.rest.internal.http;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The parameters after the question mark, each at most once and each known. Immutable. */
public final class QueryString {

    private final Map<String, String> values;

    private QueryString(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads the parameters of a request.
     *
     * @param text still encoded, empty when there are none
     * @param known names that are understood
     * @return the parameters
     * @throws HoldfastException {@code INVALID_ARGUMENT} naming a parameter that is unknown, given twice or badly encoded
     */
    public static QueryString parse(String text, Set<String> known) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : text.isEmpty() ? new String[0] : text.split("&")) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals), pair);
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1), name);
            if (!known.contains(name)) {
                String right = known.isEmpty() ? "none" : "one of " + String.join(", ", new TreeSet<>(known));
                throw new HoldfastException(
                        ErrorCode.INVALID_ARGUMENT, name, "there is no such query parameter; expected " + right);
            }
            if (values.putIfAbsent(name, value) != null) {
                throw new HoldfastException(
                        ErrorCode.INVALID_ARGUMENT, name, "given twice; expected this query parameter once");
            }
        }
        return new QueryString(values);
    }

    /**
     * Reads a text.
     *
     * @param name of the parameter
     * @return its value; nothing when it was not given or is empty
     */
    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
    }

    /**
     * Reads a whole number.
     *
     * @param name of the parameter
     * @param least the smallest value that is right
     * @param most the greatest value that is right
     * @param otherwise what counts when it was not given
     * @return its value
     * @throws HoldfastException {@code INVALID_ARGUMENT} when it is none or out of range
     */
    public long number(String name, long least, long most, long otherwise) {
        String text = values.get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException _) {
            // answered below, in words of ours
        }
        throw new HoldfastException(
                ErrorCode.INVALID_ARGUMENT,
                name,
                "'" + text + "' given; expected a whole number from " + least + " to " + most);
    }

    /**
     * Reads a yes or no.
     *
     * @param name of the parameter
     * @return whether it was given as {@code true}
     * @throws HoldfastException {@code INVALID_ARGUMENT} when it is neither true nor false
     */
    public boolean flag(String name) {
        String text = values.getOrDefault(name, "false");
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new HoldfastException(
                        ErrorCode.INVALID_ARGUMENT, name, "'" + text + "' given; expected true or false");
        };
    }

    /**
     * Reads a time.
     *
     * @param name of the parameter
     * @return its value, nothing when it was not given
     * @throws HoldfastException {@code INVALID_ARGUMENT} when it is no time
     */
    public Optional<Instant> time(String name) {
        @Nullable String text = values.get(name);
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    name,
                    "'" + text + "' given; expected a time such as 2026-03-01T12:00:00Z",
                    e);
        }
    }

    private static String decode(String text, String name) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, name, "badly encoded; expected percent encoding of UTF-8", e);
        }
    }
}
