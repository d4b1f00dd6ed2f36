package io.holdfast.journal.testkit;

/** Power was lost in the middle of a file operation. */
public final class SimulatedCrash extends Error {

    private static final long serialVersionUID = 1L;

    SimulatedCrash(long operation) {
        super("power lost at file operation " + operation);
    }
}
