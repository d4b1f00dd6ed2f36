package io.holdfast.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * How fast one session moves data on the loopback interface, both ends in this process: MINA without TLS, MINA's own TLS filter, and the
 * transport of this product with its protocol. One line for each way and size of message.
 *
 * <p>Usage: {@code TransportBench [--seconds N] [--json FILE]}; so many seconds are measured for each figure, 3 if nothing is said. Fields:
 * {@code docs/operating/figures.md}.
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

    /** What one way did with one size of message. */
    private record Figure(String way, int messageKibibytes, TransportBenchMeter.Result result) {

        String toJson() {
            return String.format(
                    Locale.ROOT,
                    "{\"way\":\"%s\",\"messageKibibytes\":%d,\"megabytesPerSecond\":%.1f,\"coreNanosPerByte\":%.3f}",
                    way,
                    messageKibibytes,
                    result.bytesPerSecond() / 1e6,
                    result.coreNanosPerByte());
        }
    }

    /**
     * Prints the table.
     *
     * @param arguments see the class
     * @throws Exception when a connection fails
     */
    public static void main(String[] arguments) throws Exception {
        long seconds = 3;
        Optional<Path> json = Optional.empty();
        for (int index = 0; index < arguments.length; index += 2) {
            String value = index + 1 < arguments.length ? arguments[index + 1] : "";
            switch (arguments[index]) {
                case "--seconds" -> seconds = seconds(value);
                case "--json" -> json = Optional.of(Path.of(value));
                default ->
                    throw new IllegalArgumentException(
                            "transport: '" + arguments[index] + "' given; expected --seconds N or --json FILE");
            }
        }
        List<Figure> figures = measure(TimeUnit.SECONDS.toMillis(seconds));
        if (json.isPresent()) {
            String rows = figures.stream().map(Figure::toJson).collect(Collectors.joining(","));
            Files.writeString(json.get(), "{\"rows\":[" + rows + "]}\n");
        }
    }

    private static long seconds(String value) {
        if (!value.matches("[1-9][0-9]{0,2}")) {
            throw new IllegalArgumentException("--seconds: '" + value + "' given; expected 1 to 999");
        }
        return Long.parseLong(value);
    }

    private static List<Figure> measure(long measuredMillis) throws Exception {
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
        List<Figure> figures = new ArrayList<>();
        for (Way way : ways) {
            System.out.printf(Locale.ROOT, "%-32s", way.name());
            for (int kibibytes : MESSAGE_KIBIBYTES) {
                TransportBenchMeter.Result result = way.measure(kibibytes << 10, WARM_UP_MILLIS, measuredMillis);
                figures.add(new Figure(way.name(), kibibytes, result));
                System.out.printf(
                        Locale.ROOT, "%9.0f (%4.2f)", result.bytesPerSecond() / 1e6, result.coreNanosPerByte());
            }
            System.out.println();
        }
        return figures;
    }
}
