package io.holdfast.nbd.internal;

import java.util.concurrent.atomic.AtomicLong;

/** Counts the requests in progress, so that closing a server cuts idle connections at once and gives the others time to answer. */
final class RequestGate {

    /** Added once when the gate closes; what is above it are requests in progress. */
    private static final long CLOSED = Long.MIN_VALUE;

    private final AtomicLong state = new AtomicLong();

    /** Admits a request. Returns false when the gate is closed. */
    boolean enter() {
        return state.getAndUpdate(value -> value < 0 ? value : value + 1) >= 0;
    }

    /** A request was answered. Returns false when the gate was closed meanwhile and this was the last one. */
    boolean leave() {
        return state.decrementAndGet() != CLOSED;
    }

    /** Closes the gate for later requests. Returns true when none is in progress. */
    boolean close() {
        long before = state.getAndUpdate(value -> value < 0 ? value : value + CLOSED);
        return before == 0 || before == CLOSED;
    }
}
