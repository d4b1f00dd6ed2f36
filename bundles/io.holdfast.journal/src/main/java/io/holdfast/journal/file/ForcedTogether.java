package io.holdfast.journal.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Many forces side by side, by threads that live as long. A file system that keeps a journal writes it once for all forces that wait at the time, so
 * thousands of small files take a fraction of what they take one after the other.
 */
final class ForcedTogether {

    private static final int THREADS_MAX = 16;
    private static final int FORCES_A_THREAD = 4;

    private ForcedTogether() {}

    /** One force. */
    interface Force {

        void run() throws IOException;
    }

    /** Does all; throws the first failure once all have ended. */
    static void run(List<Force> forces) throws IOException {
        int threads = Math.min(THREADS_MAX, forces.size() / FORCES_A_THREAD);
        if (threads < 2) {
            for (Force force : forces) {
                force.run();
            }
            return;
        }
        ConcurrentLinkedQueue<Exception> failures = new ConcurrentLinkedQueue<>();
        AtomicInteger next = new AtomicInteger();
        List<Thread> started = new ArrayList<>();
        for (int number = 1; number < threads; number++) {
            started.add(Thread.ofPlatform().name("holdfast-force-" + number).start(() -> work(forces, next, failures)));
        }
        work(forces, next, failures);
        started.forEach(ForcedTogether::await);
        Exception failure = failures.peek();
        if (failure instanceof IOException io) {
            throw io;
        }
        if (failure != null) {
            throw new IOException("a force was not carried out: " + failure, failure);
        }
    }

    private static void work(List<Force> forces, AtomicInteger next, ConcurrentLinkedQueue<Exception> failures) {
        for (int index = next.getAndIncrement(); index < forces.size(); index = next.getAndIncrement()) {
            try {
                forces.get(index).run();
            } catch (IOException | RuntimeException e) {
                failures.add(e);
            }
        }
    }

    private static void await(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new UncheckedIOException(new IOException("nobody interrupts a thread that is in the file port", e));
        }
    }
}
