package io.holdfast.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How fast one session moves data on the loopback interface, both ends in this process: MINA without TLS, MINA's own TLS filter, and the
 * transport of this product with its protocol. One line for each way and size of message.
 *
 * <p>Usage: {@code TransportBench [seconds measured for each figure, default 3]}.
 */
public final class TransportBench {

    private static final int[] MESSAGE_KIBIBYTES = {64, 256, 1024};

    /** Less, and the figures are those of code that is not compiled yet. */
    private static final long WARM_UP_MILLIS = 5_000;

    private TransportBench() {}

    /** One way of moving messages. */
    interface Way {

        /** Names it in the table. */
        String name();

        /**
         * Moves messages for a while.
         *
         * @param messageBytes data in one message
         * @param warmUpMillis how long before anything is measured
         * @param measuredMillis how long is measured
         * @return how fast data arrived, and at what cost
         */
        TransportBenchMeter.Result measure(int messageBytes, long warmUpMillis, long measuredMillis) throws Exception;
    }

    /**
     * Prints the table.
     *
     * @param arguments seconds measured for each figure
     * @throws Exception when a connection fails
     */
    public static void main(String[] arguments) throws Exception {
        long measuredMillis = 1000L * (arguments.length == 0 ? 3 : Integer.parseInt(arguments[0]));
        TransportBenchKeys keys = TransportBenchKeys.create();
        List<Way> ways = new ArrayList<>();
        ways.add(new TransportBenchMina("MINA, no TLS", null));
        ways.add(new TransportBenchMina("MINA, its SslFilter", keys.context()));
        ways.add(new TransportBenchSession("Holdfast, one change a message", keys.tls(), Integer.MAX_VALUE));
        ways.add(new TransportBenchSession("Holdfast, changes of 4 KiB", keys.tls(), 4096));
        System.out.printf(Locale.ROOT, "%-32s", "one session: MB/s (core-ns/byte)");
        for (int kibibytes : MESSAGE_KIBIBYTES) {
            System.out.printf(Locale.ROOT, "%16s", kibibytes + " KiB");
        }
        System.out.println();
        for (Way way : ways) {
            System.out.printf(Locale.ROOT, "%-32s", way.name());
            for (int kibibytes : MESSAGE_KIBIBYTES) {
                TransportBenchMeter.Result result = way.measure(kibibytes << 10, WARM_UP_MILLIS, measuredMillis);
                System.out.printf(
                        Locale.ROOT, "%9.0f (%4.2f)", result.bytesPerSecond() / 1e6, result.coreNanosPerByte());
            }
            System.out.println();
        }
    }
}
