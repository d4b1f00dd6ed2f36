package io.holdfast.bench;

import java.util.Arrays;
import java.util.List;

/** {@code ./holdfast bench NAME}. */
public final class Main {

    private static final int WRONG_COMMAND_LINE = 2;
    private static final String HELP = """
            Usage: ./holdfast bench NAME [options]

              store [--json FILE] [--directory DIR] [--mebibytes N] [--rounds N] [--hash hmac-sha256|nh-aes]
                     the recovery store, beside codec, hash and disk alone, on five kinds of data; DIR is on the disk
                     to measure; so many MiB for each row and round (1024), each row so often at most (9), with another
                     than the usual block hash; ends within 12 minutes
              ingest [options as for store]
                     the same on three kinds of data, each row 3 times, however long that takes
              points [--json FILE] [--directory DIR] [--writes N]
                     how long points of a long history take to open (10,000,000 writes of 4 KiB) with a heap of 256 MiB,
                     and its whole image beside that of a short one; at most 15 minutes and 20 GB
              rivals [--json FILE] [--directory DIR]
                     restic, Borg, qemu-img, virtnbdbackup and the recovery store keep points of one disk of 1 GiB; at most
                     15 minutes and 30 GB in DIR; libvirt is started only for root
              trickle [--json FILE] [--directory DIR] [--machines N] [--writes N] [--seconds N]
                     so many machines (2,000), each with so many writes of 4 KiB a second (4), into one store for so long
                     (120, at most 600): group commits a second, how long until durable, memory, open files
              transport [--json FILE] [--seconds N]
                     one session on loopback, each figure measured for so long (3)
              start [--json FILE]
                     seconds until the appliance is ready, and its memory, idle and while a guest writes; about 2 minutes

            --json FILE also writes the figures as JSON. Fields: docs/operating/figures.md.""";

    private Main() {}

    /**
     * Runs one measurement.
     *
     * @param arguments its name and its options
     * @throws Exception when it does not come about
     */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 0 || List.of(arguments).contains("--help")) {
            System.out.println(HELP);
            return;
        }
        String[] options = Arrays.copyOfRange(arguments, 1, arguments.length);
        try {
            switch (arguments[0]) {
                case "store" -> IngestBench.store(options);
                case "ingest" -> IngestBench.ingest(options);
                case "rivals" -> RivalsBench.main(options);
                case "trickle" -> TrickleBench.main(options);
                case "transport" -> TransportBench.main(options);
                case "points" -> PointsBench.main(options);
                case "start" -> StartBench.main(options);
                default -> throw new IllegalArgumentException("unknown name '" + arguments[0] + "'; see --help");
            }
        } catch (IllegalArgumentException e) {
            System.err.println("holdfast bench: " + e.getMessage());
            System.exit(WRONG_COMMAND_LINE);
        }
    }
}
