package io.holdfast.configserver.internal.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.catalog.jdbc.Database;
import io.holdfast.catalog.jdbc.JdbcCatalog;
import io.holdfast.configserver.internal.ManualTime;
import io.holdfast.model.AuditEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {

    private final JdbcCatalog catalog;
    private final AuditLog log;

    AuditLogTest(@TempDir Path folder) {
        catalog = JdbcCatalog.open(Database.inMemory("audit-" + UUID.randomUUID(), folder));
        log = new AuditLog(catalog, new ManualTime());
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    private void add(String object) {
        log.add(new AuditLog.Event("admin", "::1", "user.create", object, "ok", ""));
    }

    @Test
    void isWholeWhenNobodyTouchedIt() {
        assertThat(log.firstBroken()).isEmpty();
        for (int entry = 0; entry < 5; entry++) {
            add("user-" + entry);
        }

        assertThat(log.firstBroken()).isEmpty();
        assertThat(log.list(Long.MAX_VALUE, 2)).extracting(AuditEntry::number).containsExactly(5L, 4L);
    }

    @Test
    void showsAnEntryThatWasMadeUp() {
        add("alice");
        AuditEntry real = log.list(Long.MAX_VALUE, 1).getFirst();
        append(new AuditEntry(2, real.utcMillis(), "admin", "::1", "user.delete", "bob", "ok", "", real.digest()));
        add("carol");

        assertThat(log.firstBroken()).hasValue(2);
    }

    @Test
    void showsAnEntryThatIsMissing() {
        add("alice");
        AuditEntry real = log.list(Long.MAX_VALUE, 1).getFirst();
        append(new AuditEntry(
                3,
                real.utcMillis(),
                real.actor(),
                real.origin(),
                real.action(),
                real.object(),
                "ok",
                "",
                real.digest()));

        assertThat(log.firstBroken()).hasValue(2);
    }

    private void append(AuditEntry entry) {
        catalog.write(tables -> {
            tables.audit().append(entry);
            return true;
        });
    }

    @Test
    void tellsApartWhatReadsTheSameInARow() {
        log.add(new AuditLog.Event("ab", "c", "x", "y", "ok", ""));
        String first = log.list(Long.MAX_VALUE, 1).getFirst().digest();
        try (JdbcCatalog other = JdbcCatalog.open(Database.inMemory("audit-" + UUID.randomUUID(), Path.of("/tmp")))) {
            AuditLog second = new AuditLog(other, new ManualTime());
            second.add(new AuditLog.Event("a", "bc", "x", "y", "ok", ""));

            assertThat(second.list(Long.MAX_VALUE, 1).getFirst().digest()).isNotEqualTo(first);
        }
    }

    @Test
    void cutsWhatIsTooLong() {
        log.add(new AuditLog.Event("a".repeat(500), "o", "x", "y".repeat(5_000), "ok", "d".repeat(5_000)));

        AuditEntry entry = log.list(Long.MAX_VALUE, 1).getFirst();
        assertThat(List.of(
                        entry.actor().length(),
                        entry.object().length(),
                        entry.detail().length()))
                .containsExactly(80, 300, 2_000);
        assertThat(log.firstBroken()).isEmpty();
    }
}
