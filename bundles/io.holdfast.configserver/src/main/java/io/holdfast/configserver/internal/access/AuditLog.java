package io.holdfast.configserver.internal.access;

import io.holdfast.base.TimeSource;
import io.holdfast.catalog.Catalog;
import io.holdfast.catalog.CatalogTransaction;
import io.holdfast.model.AuditEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;

/**
 * The audit log: a chain in which each entry's digest covers its content and the digest before it. A change or a removal in the middle shows by
 * {@link #firstBroken()}; a cut at the end shows against any digest that was noted elsewhere. Thread-safe.
 */
public final class AuditLog {

    private static final String START = "0".repeat(64);
    private static final int VERIFY_PAGE = 1_000;
    private static final int NAME_LENGTH_MAX = 80;
    private static final int OBJECT_LENGTH_MAX = 300;
    private static final int DETAIL_LENGTH_MAX = 2_000;

    private final Catalog catalog;
    private final TimeSource time;

    /**
     * What is to be logged.
     *
     * @param actor the user, or {@code system}
     * @param origin where the request came from, or {@code -}
     * @param action what was done
     * @param object to what
     * @param outcome {@code ok}, or the name of the error
     * @param detail further facts; never a secret
     */
    public record Event(String actor, String origin, String action, String object, String outcome, String detail) {}

    /**
     * Opens the log.
     *
     * @param catalog where it is kept
     * @param time for labels
     */
    public AuditLog(Catalog catalog, TimeSource time) {
        this.catalog = catalog;
        this.time = time;
    }

    /**
     * Adds an entry. Durable on return.
     *
     * @param event what happened; what is too long is cut
     */
    public void add(Event event) {
        catalog.write(tables -> {
            add(tables, event);
            return true;
        });
    }

    /**
     * Adds an entry within a transaction, so that it is there exactly if the rest of the transaction is.
     *
     * @param tables of the transaction
     * @param event what happened; what is too long is cut
     */
    void add(CatalogTransaction tables, Event event) {
        AuditEntry last = tables.audit().last().orElse(null);
        AuditEntry next = new AuditEntry(
                last == null ? 1 : last.number() + 1,
                time.utcMillis(),
                cut(event.actor(), NAME_LENGTH_MAX),
                cut(event.origin(), NAME_LENGTH_MAX),
                cut(event.action(), NAME_LENGTH_MAX),
                cut(event.object(), OBJECT_LENGTH_MAX),
                cut(event.outcome(), NAME_LENGTH_MAX),
                cut(event.detail(), DETAIL_LENGTH_MAX),
                "");
        tables.audit().append(withDigest(next, digest(last == null ? START : last.digest(), next)));
    }

    /**
     * Lists entries, newest first.
     *
     * @param before only entries with a smaller number
     * @param limit how many at most
     * @return entries
     */
    public List<AuditEntry> list(long before, int limit) {
        return catalog.read(tables -> tables.audit().listBefore(before, limit));
    }

    /**
     * Checks the whole chain.
     *
     * @return number of the first entry that is altered or follows a missing one; nothing when the chain is whole
     */
    public OptionalLong firstBroken() {
        String digest = START;
        long expected = 1;
        while (true) {
            long from = expected;
            List<AuditEntry> page = catalog.read(tables -> tables.audit().listFrom(from, VERIFY_PAGE));
            for (AuditEntry entry : page) {
                digest = digest(digest, entry);
                if (entry.number() != expected || !digest.equals(entry.digest())) {
                    return OptionalLong.of(expected);
                }
                expected++;
            }
            if (page.size() < VERIFY_PAGE) {
                return OptionalLong.empty();
            }
        }
    }

    private static AuditEntry withDigest(AuditEntry entry, String digest) {
        return new AuditEntry(
                entry.number(),
                entry.utcMillis(),
                entry.actor(),
                entry.origin(),
                entry.action(),
                entry.object(),
                entry.outcome(),
                entry.detail(),
                digest);
    }

    /** Each text is preceded by its length, so that no two different entries give the same bytes. */
    private static String digest(String previous, AuditEntry entry) {
        MessageDigest sha256 = sha256();
        sha256.update(HexFormat.of().parseHex(previous));
        sha256.update(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(entry.number())
                .putLong(entry.utcMillis())
                .flip());
        List<String> texts =
                List.of(entry.actor(), entry.origin(), entry.action(), entry.object(), entry.outcome(), entry.detail());
        for (String text : texts) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            sha256.update(
                    ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
            sha256.update(bytes);
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
