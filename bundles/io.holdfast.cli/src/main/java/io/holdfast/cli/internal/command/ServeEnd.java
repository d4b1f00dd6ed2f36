package io.holdfast.cli.internal.command;

import io.holdfast.nbd.NbdConnectionEnd;
import io.holdfast.nbd.NbdConnectionInfo;
import io.holdfast.nbd.NbdConnectionListener;

/** When an offer ends: at an interrupt, and if wished with its last connection. The process waits for everything to be closed in order. */
final class ServeEnd implements NbdConnectionListener {

    private static final long CLOSE_MILLIS_MAX = 10_000;

    private final boolean once;
    private final Thread atInterrupt = new Thread(this::interrupted, "holdfast-serve-end");
    private int connections;
    private boolean ended;
    private boolean closed;

    ServeEnd(boolean once) {
        this.once = once;
        Runtime.getRuntime().addShutdownHook(atInterrupt);
    }

    @Override
    public synchronized void opened(NbdConnectionInfo connection) {
        connections++;
    }

    @Override
    public synchronized void closed(NbdConnectionInfo connection, NbdConnectionEnd end) {
        connections--;
        if (once && connections == 0) {
            ended = true;
            notifyAll();
        }
    }

    /** Returns when the offer is over. */
    synchronized void await() {
        try {
            while (!ended) {
                wait();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void interrupted() {
        ended = true;
        notifyAll();
        long deadline = System.nanoTime() + CLOSE_MILLIS_MAX * 1_000_000;
        try {
            while (!closed && System.nanoTime() < deadline) {
                wait(CLOSE_MILLIS_MAX / 10);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Everything is closed; the process may end. */
    synchronized void closed() {
        closed = true;
        notifyAll();
        try {
            Runtime.getRuntime().removeShutdownHook(atInterrupt);
        } catch (IllegalStateException _) {
            // the process is ending, and waits for this
        }
    }
}
