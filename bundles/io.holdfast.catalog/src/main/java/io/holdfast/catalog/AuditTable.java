package io.holdfast.catalog;

import io.holdfast.model.AuditEntry;
import java.util.List;
import java.util.Optional;

/**
 * The audit log. Entries are added and read, never changed or removed.
 *
 * @since 1.0
 */
public interface AuditTable {

    /**
     * Adds an entry.
     *
     * @param entry whose number follows the last one
     */
    void append(AuditEntry entry);

    /**
     * Finds the newest entry.
     *
     * @return the entry, or nothing before the first
     */
    Optional<AuditEntry> last();

    /**
     * Lists entries, newest first.
     *
     * @param before only entries with a smaller number
     * @param limit how many at most
     * @return entries
     */
    List<AuditEntry> listBefore(long before, int limit);

    /**
     * Lists entries, oldest first.
     *
     * @param from only entries with this number or a greater one
     * @param limit how many at most
     * @return entries
     */
    List<AuditEntry> listFrom(long from, int limit);
}
