package io.holdfast.nbd.internal;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Serves reads of one connection side by side. Each connection has its own few threads, so that a client that does not take its answers
 * holds up nobody else; idle ones end.
 */
final class ParallelReads {

    private static final int THREADS_MAX = 16;
    private static final int QUEUED_FOR_EACH_THREAD = 2;
    private static final long IDLE_SECONDS_MAX = 10;
    private static final long WAIT_SECONDS = 1;

    private final ThreadPoolExecutor executor;
    private final Semaphore admitted;
    private final ArrayBlockingQueue<ReadService> idle;
    private final Supplier<ReadService> services;

    /** A read that has its buffers. */
    @FunctionalInterface
    interface Work {
        void run(ReadService service);
    }

    ParallelReads(int threads, ThreadFactory factory, Supplier<ReadService> services) {
        int count = Math.clamp(threads, 1, THREADS_MAX);
        this.services = services;
        this.admitted = new Semaphore(count * (1 + QUEUED_FOR_EACH_THREAD));
        this.idle = new ArrayBlockingQueue<>(count);
        this.executor = new ThreadPoolExecutor(
                count, count, IDLE_SECONDS_MAX, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
        this.executor.allowCoreThreadTimeOut(true);
    }

    /** Hands a read over; waits while too many are in progress, which stops reading from the client. */
    void submit(Work work) {
        admitted.acquireUninterruptibly();
        executor.execute(() -> {
            try {
                ReadService pooled = idle.poll();
                ReadService service = pooled == null ? services.get() : pooled;
                work.run(service);
                idle.offer(service);
            } finally {
                admitted.release();
            }
        });
    }

    /** Waits for every read handed over. Its length is that of the export's slowest read. */
    void finish() {
        executor.shutdown();
        boolean interrupted = false;
        while (true) {
            try {
                if (executor.awaitTermination(WAIT_SECONDS, TimeUnit.SECONDS)) {
                    break;
                }
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
