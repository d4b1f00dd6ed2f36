package io.holdfast.journal.internal.store;

import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.ledger.Ledger;
import io.holdfast.journal.internal.ledger.LedgerEntry;
import io.holdfast.journal.internal.ledger.LedgerScan;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Opens a machine's ledger with its history. A record that a crash cut off was of no consequence yet and is dropped. What is damaged is kept aside and
 * named, and the ledger goes on behind its last good entry, saying so.
 */
final class LedgerLoader {

    private final Ledger.Owner owner;
    private final Damages damages;
    private final Quarantine quarantine;
    private final boolean expected;

    /**
     * Prepares.
     *
     * @param expected whether the store says that every sealed segment has its entry
     */
    LedgerLoader(Ledger.Owner owner, Damages damages, Quarantine quarantine, boolean expected) {
        this.owner = owner;
        this.damages = damages;
        this.quarantine = quarantine;
        this.expected = expected;
    }

    /**
     * Opens the ledger.
     *
     * @param subject whose
     * @param sealed numbers of the sealed segments that are there, ascending
     * @return the ledger; no segment that is there lacks an entry without leave
     */
    Ledger load(Ledger.Subject subject, List<Long> sealed) throws IOException {
        long newest = sealed.isEmpty() ? 0 : sealed.getLast();
        String path = Ledger.pathIn(subject.folder());
        if (!owner.files().exists(path)) {
            return begin(subject, path, newest);
        }
        Ledger.Opened opened = Ledger.open(owner, subject);
        Ledger ledger = opened.ledger();
        if (ledger.size() > 0) {
            ledger.settle();
        }
        Optional<String> found = opened.stop().filter(stop -> !stop.torn()).map(LedgerScan.Stop::detail);
        if (found.isEmpty()) {
            found = sealed.stream()
                    .filter(number -> number > ledger.adopted())
                    .filter(number -> ledger.current(number).isEmpty())
                    .findFirst()
                    .map(number -> "segment " + number + " is sealed and has no entry: the ledger was cut or set back");
        }
        if (found.isPresent()) {
            keep(path, ledger.end(), found.get());
            if (ledger.size() == 0) {
                return Ledger.begin(owner, subject, LedgerEntry.Beginning.LEDGER_LOST, newest);
            }
            ledger.append(new LedgerEntry.Resumed(newest, found.get()));
        } else if (ledger.size() == 0) {
            return begin(subject, path, newest);
        }
        return ledger;
    }

    private Ledger begin(Ledger.Subject subject, String path, long newest) {
        if (newest == 0) {
            return Ledger.begin(owner, subject, LedgerEntry.Beginning.NEW_HISTORY, 0);
        }
        if (!expected) {
            return Ledger.begin(owner, subject, LedgerEntry.Beginning.EARLIER_FORMAT, newest);
        }
        damages.add(path, 0, 0, "is missing; " + newest + " sealed segments should have their entries in it");
        return Ledger.begin(owner, subject, LedgerEntry.Beginning.LEDGER_LOST, newest);
    }

    private void keep(String path, long from, String detail) throws IOException {
        try (StoreFile file = owner.files().open(path, OpenMode.READ)) {
            long length = quarantine.keep(file, path, from, file.size() - from);
            damages.add(path, from, length, detail);
        }
    }
}
