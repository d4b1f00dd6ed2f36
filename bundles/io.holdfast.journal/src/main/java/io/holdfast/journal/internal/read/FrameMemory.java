package io.holdfast.journal.internal.read;

import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.internal.build.FrameOpener;

/** What reading frames takes, kept from one to the next. Used by one thread. */
final class FrameMemory implements AutoCloseable {

    private final FrameOpener opener;
    private byte[] stored = {};

    /** For frames of one machine. */
    FrameMemory(MachineKeys keys) {
        opener = new FrameOpener(keys);
    }

    FrameOpener opener() {
        return opener;
    }

    /** Gives at least so many bytes; what was there before is no longer needed. */
    byte[] stored(int length) {
        if (stored.length < length) {
            stored = new byte[length];
        }
        return stored;
    }

    @Override
    public void close() {
        opener.close();
    }
}
