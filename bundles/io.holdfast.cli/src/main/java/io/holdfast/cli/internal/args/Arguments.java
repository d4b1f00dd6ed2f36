package io.holdfast.cli.internal.args;

import io.holdfast.cli.internal.CliException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;

/** The values of one command line, by name. Immutable. */
public final class Arguments {

    private final Map<String, String> values;

    /**
     * Creates the values.
     *
     * @param values by the name of the parameter or option; an option without a value has an empty one
     */
    public Arguments(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /**
     * Reads a word that has to be there.
     *
     * @param name of a parameter or a required option
     * @return its value
     */
    public String get(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("the command does not require " + name);
        }
        return value;
    }

    /**
     * Reads a word that may be left out.
     *
     * @param name of an option
     * @return its value
     */
    public Optional<String> find(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /**
     * Tells whether an option stands there.
     *
     * @param name of an option
     * @return whether it was given
     */
    public boolean has(String name) {
        return values.containsKey(name);
    }

    /**
     * Reads a whole number.
     *
     * @param name of an option
     * @param least the smallest that is right
     * @param most the greatest that is right
     * @return its value
     */
    public Optional<Integer> number(String name, int least, int most) {
        return find(name).map(text -> {
            try {
                int value = Integer.parseInt(text);
                if (value >= least && value <= most) {
                    return value;
                }
            } catch (NumberFormatException _) {
                // answered below, in words of ours
            }
            throw wrong(name, text, "a whole number from " + least + " to " + most);
        });
    }

    /**
     * Reads a length of time: a number with {@code ms}, {@code s}, {@code min} or {@code h}.
     *
     * @param name of an option
     * @return its value
     */
    public Optional<Duration> duration(String name) {
        return find(name)
                .map(text -> Quantities.duration(text)
                        .orElseThrow(() -> wrong(name, text, "for example 500ms, 1s, 15min or 2h")));
    }

    /**
     * Reads an amount of data: a number with {@code B}, {@code KiB}, {@code MiB}, {@code GiB} or {@code TiB}.
     *
     * @param name of an option
     * @return its value in bytes
     */
    public Optional<Long> bytes(String name) {
        return find(name)
                .map(text -> Quantities.bytes(text).orElseThrow(() -> wrong(name, text, "for example 512MiB or 2GiB")));
    }

    /**
     * Reads a moment.
     *
     * @param name of an option
     * @return its value
     */
    public Optional<Instant> time(String name) {
        return find(name).map(text -> {
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException _) {
                throw wrong(name, text, "a UTC time such as 2026-11-21T10:15:30Z");
            }
        });
    }

    /**
     * Reads a file's path.
     *
     * @param name of an option
     * @return its value
     */
    public Optional<Path> file(String name) {
        return find(name).map(text -> {
            if (text.isEmpty()) {
                throw wrong(name, text, "the path of a file");
            }
            try {
                return Path.of(text);
            } catch (InvalidPathException _) {
                throw wrong(name, text, "the path of a file");
            }
        });
    }

    private static CliException wrong(String name, String value, String right) {
        return CliException.usage("--" + name, "--" + name + ": '" + value + "' given; expected " + right);
    }
}
