package io.holdfast.nbd;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Writes down what a server tells about its connections; the tests wait for it, never for time. */
final class RecordingListener implements NbdConnectionListener {

    /** A refused request. */
    record Refusal(NbdCommand command, NbdError error, String detail) {}

    private final BlockingQueue<NbdConnectionInfo> opened = new LinkedBlockingQueue<>();
    private final BlockingQueue<NbdConnectionEnd> closed = new LinkedBlockingQueue<>();
    private final BlockingQueue<Refusal> refusals = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> notOpened = new LinkedBlockingQueue<>();

    @Override
    public void opened(NbdConnectionInfo connection) {
        opened.add(connection);
    }

    @Override
    public void errorReplied(NbdConnectionInfo connection, NbdCommand command, NbdError error, String detail) {
        refusals.add(new Refusal(command, error, detail));
    }

    @Override
    public void closed(NbdConnectionInfo connection, NbdConnectionEnd end) {
        closed.add(end);
    }

    @Override
    public void notOpened(String peer, String reason) {
        notOpened.add(reason);
    }

    NbdConnectionInfo awaitOpened() throws InterruptedException {
        return await(opened, "a connection to be opened");
    }

    NbdConnectionEnd awaitClosed() throws InterruptedException {
        return await(closed, "a connection to be closed");
    }

    Refusal awaitRefusal() throws InterruptedException {
        return await(refusals, "a request to be refused");
    }

    String awaitNotOpened() throws InterruptedException {
        return await(notOpened, "a handshake to fail");
    }

    int connections() {
        return opened.size();
    }

    int refusals() {
        return refusals.size();
    }

    private static <T> T await(BlockingQueue<T> queue, String what) throws InterruptedException {
        T event = queue.poll(30, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("waited 10 s for " + what);
        }
        return event;
    }
}
