package io.holdfast.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Reads a counter and the processor time of this process twice. */
final class TransportBenchMeter {

    /**
     * What was measured.
     *
     * @param bytesPerSecond how fast
     * @param coreNanosPerByte processor time of both ends together; what is left to compare on a machine that is busy with other things
     */
    record Result(double bytesPerSecond, double coreNanosPerByte) {}

    private TransportBenchMeter() {}

    static Result measure(LongAdder counter, long warmUpMillis, long measuredMillis) throws InterruptedException {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        pause(warmUpMillis);
        long bytesBefore = counter.sum();
        long coreNanosBefore = system.getProcessCpuTime();
        long nanosBefore = System.nanoTime();
        pause(measuredMillis);
        double bytes = counter.sum() - bytesBefore;
        double nanos = System.nanoTime() - nanosBefore;
        return new Result(bytes / nanos * 1e9, (system.getProcessCpuTime() - coreNanosBefore) / bytes);
    }

    private static void pause(long millis) throws InterruptedException {
        if (new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("nobody counts this latch down");
        }
    }
}
