package io.holdfast.console.rest.internal.http;

/**
 * Who may call a route at all. What a signed-in user may do there is decided, and put on record, by the service that does it: a refused
 * attempt has to appear in the audit log, so nothing may refuse it before.
 */
public enum Access {
    /** Anybody who reaches the port. */
    PUBLIC,
    /** Whoever has signed in, even while the password still has to be changed. */
    SIGNED_IN,
    /** Whoever has signed in and has a password of their own. */
    USER,
    /** A node that shows a certificate of our authority. */
    AGENT
}
