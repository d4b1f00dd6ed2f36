package io.holdfast.adapter.kvm.guard;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What the guard sends to one adapter. Frames wait in a bounded queue for a thread that sends them; an adapter that takes none for a while,
 * being stopped or starved, loses the connection and gets what it missed when it comes back.
 */
final class AdapterConnection {

    /** As many as the ring holds, so that a returning adapter can be given all of it, and answers beside. */
    private static final int QUEUE_MAX = EventRing.FRAMES_MAX + 1024;

    private static final Duration SEND_LIMIT = Duration.ofSeconds(1);
    private static final long POLL_SECONDS = 5;

    private final FrameStream stream;
    private final BlockingQueue<Frame> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private volatile boolean ended;

    AdapterConnection(FrameStream stream) {
        this.stream = stream;
    }

    FrameStream stream() {
        return stream;
    }

    /** Queues a frame; never waits. */
    void send(Frame frame) {
        if (!queue.offer(frame)) {
            end();
        }
    }

    /** Sends what is queued until the end; for a thread of its own. */
    void sendAll() {
        try {
            while (!ended) {
                Frame frame = queue.poll(POLL_SECONDS, TimeUnit.SECONDS);
                if (frame != null) {
                    stream.write(frame, SEND_LIMIT);
                    ended |= frame.type() == Frame.Type.REPLACED;
                }
            }
        } catch (IOException _) {
            // the adapter is gone or does not read: it comes back and asks for what it missed
        } catch (InterruptedException _) {
            // nobody interrupts this thread; it ends with the connection
        } finally {
            end();
        }
    }

    /** Ends the connection, from any thread. */
    void end() {
        ended = true;
        stream.close();
    }
}
