package io.holdfast.journal.internal.store;

import java.io.IOException;

/** Starts the intake log over once it is half full; while batches are refused for want of room, so that it is known what is left. */
final class LogRestartChore implements Chore {

    private final Writer writer;
    private final StoreContext context;

    LogRestartChore(Writer writer, StoreContext context) {
        this.writer = writer;
        this.context = context;
    }

    @Override
    public boolean step() throws IOException {
        IntakeLog log = context.log();
        boolean settles = context.gate().isClosed() && !log.isEmpty();
        if (!settles && !log.isMoreThanHalfFull()) {
            return false;
        }
        writer.restartLog();
        return true;
    }
}
