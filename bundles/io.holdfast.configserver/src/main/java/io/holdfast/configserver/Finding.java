package io.holdfast.configserver;

/**
 * Something a person should know.
 *
 * @param severity how bad
 * @param code stable, for programs, for example {@code store.space}
 * @param object the thing it is about
 * @param message what was found and what would be right
 * @param fix what to do
 * @since 1.0
 */
public record Finding(Severity severity, String code, String object, String message, String fix) {

    /** How bad a finding is; the worst first. */
    public enum Severity {
        CRITICAL,
        WARNING,
        NOTE
    }
}
