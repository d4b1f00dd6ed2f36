package io.holdfast.journal.internal.store;

import java.io.IOException;

/** Starts the intake log over once it is half full. */
final class LogRestartChore implements Chore {

    private final Writer writer;
    private final IntakeLog log;

    LogRestartChore(Writer writer, IntakeLog log) {
        this.writer = writer;
        this.log = log;
    }

    @Override
    public boolean step() throws IOException {
        if (!log.isMoreThanHalfFull()) {
            return false;
        }
        writer.restartLog();
        return true;
    }
}
