package io.holdfast.adapter.kvm.guard;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where QEMU's messages and the guard's notes get their order: one lock numbers them, keeps them and hands them to the adapter that is
 * connected, if any. Never waits. Thread-safe.
 */
final class Hub {

    private final EventRing ring = new EventRing();
    private @Nullable AdapterConnection adapter;
    private long lastAdapterNanos;

    Hub(long nowNanos) {
        lastAdapterNanos = nowNanos;
    }

    synchronized void event(byte[] line) {
        send(ring.add(Frame.Type.EVENT, line));
    }

    synchronized void answer(byte[] line) {
        send(new Frame(Frame.Type.ANSWER, ring.last(), line));
    }

    synchronized void note(Note note) {
        send(ring.add(Frame.Type.NOTE, Frame.of(Frame.Type.NOTE, 0, note.toJson()).payload()));
    }

    /** Gives the place to a new adapter, which gets first the welcome, then everything it has missed. */
    synchronized void attach(AdapterConnection newcomer, long lastNumberSeen, Welcome welcome) {
        AdapterConnection before = adapter;
        if (before != null) {
            before.end();
        }
        boolean complete = ring.completeAfter(lastNumberSeen);
        List<Frame> missed = ring.after(lastNumberSeen);
        Welcome exact = new Welcome(
                welcome.protocol(), welcome.guard(), welcome.processId(), welcome.settings(), welcome.qemu(), complete);
        newcomer.send(Frame.of(Frame.Type.WELCOME, ring.last(), exact.toJson()));
        missed.forEach(newcomer::send);
        adapter = newcomer;
    }

    synchronized void detach(AdapterConnection leaving, long nowNanos) {
        if (adapter == leaving) {
            adapter = null;
            lastAdapterNanos = nowNanos;
        }
    }

    /** How long no adapter has been connected. */
    synchronized long aloneNanos(long nowNanos) {
        return adapter == null ? nowNanos - lastAdapterNanos : 0;
    }

    synchronized long lastNumber() {
        return ring.last();
    }

    private void send(Frame frame) {
        AdapterConnection now = adapter;
        if (now != null) {
            now.send(frame);
        }
    }
}
