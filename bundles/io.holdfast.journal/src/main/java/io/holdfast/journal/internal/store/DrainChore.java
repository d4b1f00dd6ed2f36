package io.holdfast.journal.internal.store;

import java.io.IOException;

/** Moves the batches of machines from the intake log to their segments, once they are many or the log is half full. */
final class DrainChore implements Chore {

    private static final long DRAIN_BYTES = 1L << 20;

    private final Writer writer;
    private final IntakeLog log;

    DrainChore(Writer writer, IntakeLog log) {
        this.writer = writer;
        this.log = log;
    }

    @Override
    public boolean step() throws IOException {
        for (History history : writer.histories()) {
            long bytes = history.loggedBytes();
            if (bytes >= DRAIN_BYTES || bytes > 0 && log.isMoreThanHalfFull()) {
                writer.drain(history);
                return true;
            }
        }
        return false;
    }
}
