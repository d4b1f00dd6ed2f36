package io.holdfast.model;

/**
 * One thing a job found or did.
 *
 * @param name what, stable, with the unit where there is one, for example {@code freeBytes}
 * @param value the figure or text, at most 1,000 characters
 * @since 1.0
 */
public record Evidence(String name, String value) {

    private static final int VALUE_LENGTH_MAX = 1_000;

    public Evidence {
        value = value.length() <= VALUE_LENGTH_MAX ? value : value.substring(0, VALUE_LENGTH_MAX - 1) + "…";
    }

    /**
     * A number as evidence.
     *
     * @param name what, with its unit
     * @param value the figure
     * @return the evidence
     */
    public static Evidence of(String name, long value) {
        return new Evidence(name, Long.toString(value));
    }
}
