package io.holdfast.model;

/**
 * One line of the audit log. Each carries the digest of the one before, so that a change or removal in the middle shows.
 *
 * @param number 1 and up, without a gap
 * @param utcMillis by the appliance's clock
 * @param actor the user, or {@code system}
 * @param origin where the request came from: an address, or {@code -}
 * @param action what was done, for example {@code machine.failover}
 * @param object to what
 * @param outcome {@code ok}, or the name of the error
 * @param detail further facts; never a secret
 * @param digest SHA-256 over the previous digest and all fields above, 64 hexadecimal digits
 * @since 1.0
 */
public record AuditEntry(
        long number,
        long utcMillis,
        String actor,
        String origin,
        String action,
        String object,
        String outcome,
        String detail,
        String digest) {}
