package io.holdfast.journal.internal.store;

import io.holdfast.base.TimeSource;
import io.holdfast.journal.ResidentKeys;
import io.holdfast.journal.StoreSettings;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.internal.format.StoreIdentity;
import io.holdfast.journal.internal.ledger.Ledger;
import io.holdfast.journal.internal.ledger.LedgerEntry;
import io.holdfast.journal.internal.read.Caches;
import io.holdfast.journal.internal.retain.RetentionState;
import io.holdfast.journal.internal.room.IntakeGate;
import java.io.IOException;

/**
 * What the parts of one open store share.
 *
 * @param files where it lies
 * @param settings its bounds
 * @param time its clock, for labels
 * @param identity which store
 * @param log the intake log
 * @param buffer collects what goes to segments
 * @param caches for reading
 * @param leases open files for reading
 * @param damages what was found damaged
 * @param ledgers what the ledgers of all histories share
 * @param gate keeps room for maintenance
 * @param keys which the store may use by itself
 * @param coldBudget of coding old history anew
 */
record StoreContext(
        StoreFiles files,
        StoreSettings settings,
        TimeSource time,
        StoreIdentity identity,
        IntakeLog log,
        WriteBuffer buffer,
        Caches caches,
        SegmentLeases leases,
        Damages damages,
        Ledger.Owner ledgers,
        IntakeGate gate,
        ResidentKeys keys,
        ColdBudget coldBudget) {

    /**
     * Replaces what a history's file says of its retention; counts once it is durable. What is newly retired, and another lock, have their entries in
     * the ledger before.
     */
    void save(History history, RetentionState state) throws IOException {
        RetiredEntries.record(history, state);
        long lockMillis = state.policy().lockMillis();
        if (lockMillis != history.ledger().lockMillis()) {
            history.ledger().append(new LedgerEntry.LockSet(lockMillis));
        }
        RetentionState whole = state.retire(history.ledger().retired());
        SmallFiles.replace(files, history.folder(), Layout.RETENTION, whole.encode());
        history.retention().saved(whole);
    }

    SegmentAppender appenderFor(History history) {
        return new SegmentAppender(
                files, log, buffer, identity.storeId(), history, settings.segmentPlaintextBytesMax());
    }
}
