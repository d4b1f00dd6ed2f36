package io.holdfast.journal.testkit;

import java.io.IOException;

/** Counts file operations, those of an earlier process of the same boot included, and decides where power fails and what goes wrong. Guarded by the files it belongs to. */
final class Operations {

    private static final long NEVER = Long.MAX_VALUE;

    private long changes;
    private long reads;
    private long crashAt = NEVER;
    private long failForceAt = NEVER;
    private long faultAt = NEVER;
    private Fault fault = Fault.IO_ERROR;
    private Runnable before = () -> {};
    private boolean happened;
    private boolean down;

    Operations(long changesBefore) {
        changes = changesBefore;
    }

    /** How many writes, forces and changes of names there were. */
    synchronized long changes() {
        return changes;
    }

    synchronized long reads() {
        return reads;
    }

    synchronized void beforeEach(Runnable action) {
        before = action;
    }

    synchronized void crashAt(long change) {
        crashAt = change;
    }

    synchronized void failForceAt(long change) {
        failForceAt = change;
    }

    /** Lets something go wrong at one operation: at that of the reads for {@link Fault#READ_ERROR}, else at that of the changes. */
    synchronized void failAt(Fault what, long operation) {
        fault = what;
        faultAt = operation;
    }

    /** Whether the fault came to pass. */
    synchronized boolean faultHappened() {
        return happened;
    }

    synchronized boolean isDown() {
        return down;
    }

    synchronized void goDown() {
        down = true;
    }

    /** Counts a change; the caller lets power fail once a part of it may have reached the file. */
    synchronized boolean changesAndCrashes() {
        requirePower();
        before.run();
        changes++;
        return changes >= crashAt;
    }

    /** Counts a change that reaches the medium whole or not at all. */
    void change(String path) throws IOException {
        if (changesAndCrashes()) {
            throw crash();
        }
        if (hits(Fault.IO_ERROR) || hits(Fault.SHORT_WRITE)) {
            throw new IOException(path + ": the medium failed");
        }
    }

    synchronized void read(String path) throws IOException {
        requirePower();
        reads++;
        if (fault == Fault.READ_ERROR && reads == faultAt) {
            happened = true;
            throw new IOException(path + ": the medium failed");
        }
    }

    /** Whether a fault of this kind falls on the change counted last. */
    synchronized boolean hits(Fault kind) {
        boolean hit = fault == kind && changes == faultAt;
        happened |= hit;
        return hit;
    }

    synchronized boolean forceFails() {
        return changes >= failForceAt || hits(Fault.FORCE_FAILED);
    }

    synchronized SimulatedCrash crash() {
        down = true;
        return new SimulatedCrash(changes);
    }

    private void requirePower() {
        if (down) {
            throw new SimulatedCrash(changes);
        }
    }
}
