package io.holdfast.adapter.kvm.guard;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where QEMU's messages and the guard's notes get their order: one lock numbers them, keeps them and hands them to the adapter that is
 * connected, if any. Never waits. Thread-safe.
 */
final class Hub {

    private final EventRing ring = new EventRing();
    private @Nullable AdapterConnection adapter;
    private @Nullable Frame gone;
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
        Frame frame = ring.add(
                Frame.Type.NOTE, Frame.of(Frame.Type.NOTE, 0, note.toJson()).payload());
        if (note.kind() == Note.Kind.GONE) {
            gone = frame;
        }
        send(frame);
    }

    /**
     * Gives the place to a new adapter, which gets first the welcome, then everything it has missed. One that never heard this guard has
     * missed nothing but QEMU's end.
     */
    synchronized void attach(AdapterConnection newcomer, Frame hello, Welcome welcome) {
        AdapterConnection before = adapter;
        if (before != null) {
            before.send(Frame.of(Frame.Type.REPLACED, 0));
        }
        boolean isBack = hello.text().equals(welcome.guard());
        boolean complete = isBack && ring.completeAfter(hello.number());
        List<Frame> missed =
                isBack ? ring.after(hello.number()) : Stream.ofNullable(gone).toList();
        Welcome exact = new Welcome(
                welcome.protocol(),
                welcome.guard(),
                welcome.processId(),
                welcome.settings(),
                welcome.qemu(),
                complete,
                gone != null);
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

    private void send(Frame frame) {
        AdapterConnection now = adapter;
        if (now != null) {
            now.send(frame);
        }
    }
}
