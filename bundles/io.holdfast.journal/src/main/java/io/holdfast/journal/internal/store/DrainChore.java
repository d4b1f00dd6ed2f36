package io.holdfast.journal.internal.store;

import java.io.IOException;

/**
 * Moves the batches of a machine from the intake log to its segments, once they are many. Those of machines that have few in it are moved all together
 * when the log starts over: one by one, thousands of machines would have new ones there before the last was done.
 */
final class DrainChore implements Chore {

    private static final long DRAIN_BYTES = 1L << 20;

    private final Writer writer;

    DrainChore(Writer writer) {
        this.writer = writer;
    }

    @Override
    public boolean step() throws IOException {
        for (History history : writer.histories()) {
            if (history.loggedAmount().bytes() >= DRAIN_BYTES) {
                writer.drain(history);
                return true;
            }
        }
        return false;
    }
}
