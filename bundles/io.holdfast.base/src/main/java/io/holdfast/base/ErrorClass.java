package io.holdfast.base;

/**
 * Whether trying again can help (M-100 to M-104).
 *
 * @since 1.0
 */
public enum ErrorClass {
    /** Retried after 1, 2, 4, 8 and 10 minutes, then every 30 (M-103). */
    RECOVERABLE,
    /** Not retried; the machine turns <i>Critical</i> and a person is needed (M-101). */
    NON_RECOVERABLE,
    /** The request itself was wrong or came at the wrong time; nothing was changed. */
    REFUSED
}
