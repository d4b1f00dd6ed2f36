package io.holdfast.transport;

import io.holdfast.base.ErrorClass;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.wire.Message;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one session to a peer: connects, and connects again when the session has ended, after pauses that double from failure to failure.
 * The pauses start anew once a peer has answered with a message. An error that trying again does not cure by itself, such as a
 * foreign certificate, gets the longest pause at once; it is never given up, because somebody may cure it over there. Thread-safe.
 *
 * @since 1.0
 */
public final class ReconnectingClient implements AutoCloseable {

    /**
     * Whom to connect to.
     *
     * @since 1.0
     */
    public interface Target {

        /**
         * Asked before each attempt.
         *
         * @return where the peer is now
         */
        InetSocketAddress address();

        /**
         * Asked before each attempt.
         *
         * @return the handler of the session that may come of it
         */
        SessionHandler handler();

        /**
         * An attempt failed, or a session ended other than by {@link ReconnectingClient#close()}; its handler has heard of the end before.
         *
         * @param error why
         * @param pauseMillis when it will be tried again
         */
        void disconnected(HoldfastException error, long pauseMillis);
    }

    /**
     * How long to wait.
     *
     * @param firstMillis the first pause, 1 to {@code mostMillis}; each pause is the next power of two times this, less up to a half at
     *     random, so that thousands of peers of a server that comes back do not come at once
     * @param mostMillis the longest pause, at most an hour
     * @since 1.0
     */
    public record Backoff(long firstMillis, long mostMillis) {

        /** A quarter of a second to half a minute. */
        public static final Backoff DEFAULT = new Backoff(250, 30_000);

        private static final long MOST_MILLIS_MAX = 3_600_000;

        public Backoff {
            if (firstMillis < 1 || mostMillis < firstMillis || mostMillis > MOST_MILLIS_MAX) {
                throw new HoldfastException(
                        ErrorCode.INVALID_ARGUMENT,
                        "backoff",
                        firstMillis + " to " + mostMillis + " ms; expected 1 to " + MOST_MILLIS_MAX
                                + ", the first at most the last");
            }
        }

        /** The full pause after some failures in a row, before anything random. */
        long pauseMillis(int failures) {
            long pause = firstMillis;
            for (int i = 1; i < failures && pause < mostMillis; i++) {
                pause *= 2;
            }
            return Math.min(pause, mostMillis);
        }
    }

    /**
     * Runs something later, for example on a {@link java.util.concurrent.ScheduledExecutorService}.
     *
     * @since 1.0
     */
    @FunctionalInterface
    public interface Scheduler {

        /**
         * Runs a task once.
         *
         * @param millis after so long
         * @param task what
         */
        void after(long millis, Runnable task);
    }

    private final TransportClient client;
    private final Target target;
    private final Backoff backoff;
    private final Scheduler scheduler;
    private final RandomGenerator random;
    private final Object lock = new Object();
    private int failures;
    private boolean closed;
    private @Nullable Session session;

    /**
     * Makes the client; {@link #start} begins.
     *
     * @param client connects; not closed by this
     * @param target whom to
     * @param backoff how long to wait between attempts
     * @param scheduler waits
     * @param random spreads the pauses
     */
    public ReconnectingClient(
            TransportClient client, Target target, Backoff backoff, Scheduler scheduler, RandomGenerator random) {
        this.client = client;
        this.target = target;
        this.backoff = backoff;
        this.scheduler = scheduler;
        this.random = random;
    }

    /** Begins the first attempt. To be called once. */
    public void start() {
        attempt();
    }

    private void attempt() {
        synchronized (lock) {
            if (closed) {
                return;
            }
        }
        client.connect(target.address(), new Watcher(target.handler())).whenComplete((_, error) -> {
            if (error != null) {
                tryAgainAfter(asNamed(error));
            }
        });
    }

    private static HoldfastException asNamed(Throwable error) {
        Throwable cause =
                error instanceof CompletionException wrapped && wrapped.getCause() != null ? wrapped.getCause() : error;
        return cause instanceof HoldfastException named
                ? named
                : new HoldfastException(ErrorCode.INTERNAL, "connecting", String.valueOf(cause), cause);
    }

    private void tryAgainAfter(HoldfastException error) {
        long pauseMillis;
        synchronized (lock) {
            session = null;
            if (closed) {
                return;
            }
            failures++;
            long fullMillis = error.code().errorClass() == ErrorClass.RECOVERABLE
                    ? backoff.pauseMillis(failures)
                    : backoff.mostMillis();
            pauseMillis = fullMillis - (long) (random.nextDouble() * fullMillis / 2);
        }
        target.disconnected(error, pauseMillis);
        scheduler.after(pauseMillis, this::attempt);
    }

    /** Ends the session in order, if there is one, and does not connect again. Idempotent. */
    @Override
    public void close() {
        Session open;
        synchronized (lock) {
            closed = true;
            open = session;
        }
        if (open != null) {
            open.close("no longer needed");
        }
    }

    /** Passes everything on and takes note of the beginning, the first answer and the end. */
    private final class Watcher implements SessionHandler {

        private final SessionHandler handler;
        private boolean answered;

        Watcher(SessionHandler handler) {
            this.handler = handler;
        }

        @Override
        public void opened(Session opened) {
            boolean late;
            synchronized (lock) {
                session = opened;
                late = closed;
            }
            handler.opened(opened);
            if (late) {
                opened.close("no longer needed");
            }
        }

        @Override
        public void received(Session from, Message message) {
            if (!answered) {
                answered = true;
                synchronized (lock) {
                    failures = 0;
                }
            }
            handler.received(from, message);
        }

        @Override
        public void writable(Session writable) {
            handler.writable(writable);
        }

        @Override
        public void closed(Session ended, CloseCause cause) {
            handler.closed(ended, cause);
            tryAgainAfter(cause.asError(ended.remoteAddress()));
        }
    }
}
