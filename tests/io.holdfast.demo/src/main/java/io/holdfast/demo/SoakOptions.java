package io.holdfast.demo;

import io.holdfast.demo.soak.ApplianceKills;
import io.holdfast.demo.soak.BitmapRotations;
import io.holdfast.demo.soak.DiskStalls;
import io.holdfast.demo.soak.PacketLoss;
import io.holdfast.demo.soak.ReplicaKills;
import io.holdfast.demo.soak.Scale;
import io.holdfast.demo.soak.SiteKills;
import io.holdfast.demo.soak.SoakRun;
import io.holdfast.demo.soak.Stalls;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What the command line asks for.
 *
 * @param name which soak
 * @param count how often it does what it does
 * @param seed of its random moments
 * @param json where the figures go as JSON
 */
record SoakOptions(Name name, int count, long seed, Optional<Path> json) {

    static final String HELP = """
            Usage: ./holdfast soak NAME [--count N] [--seed N] [--json FILE]

            Long runs with the built product and a real guest. Each prints its figures and ends with 0 only when all held.

              site-kills        the whole source side is killed in one instant; fail over to the latest write (10)
              appliance-kills   the appliance is killed in mid-stream at random moments; source and image are compared (10)
              bitmap-rotations  the appliance is killed at each step of a bitmap rotation; source and image are compared (6)
              stalls            the appliance is stopped, killed, starved, and its guard killed; how long a guest waits (20)
              disk-stalls       its disk is full, then hangs; and so the disk of the agent's change log; needs root (1)
              packet-loss       the network between agent and appliance loses everything for a minute; needs root (1)
              replica-kills     the appliance is killed under a replica that runs in production (10)
              scale             the largest history of one machine, in millions of writes; no guest; 15 GB (100)

              --count N         instead of the number in brackets
              --seed N          the random moments of an earlier run
              --json FILE       also write the figures as JSON (docs/operating/soak.md)""";

    private static final int SEEDS = 1_000_000;

    /** A soak and how often it is done by default. */
    enum Name {
        SITE_KILLS("site-kills", 10, SiteKills::new),
        APPLIANCE_KILLS("appliance-kills", 10, ApplianceKills::new),
        BITMAP_ROTATIONS("bitmap-rotations", 6, BitmapRotations::new),
        STALLS("stalls", 20, Stalls::new),
        DISK_STALLS("disk-stalls", 1, DiskStalls::new),
        PACKET_LOSS("packet-loss", 1, PacketLoss::new),
        REPLICA_KILLS("replica-kills", 10, ReplicaKills::new),
        SCALE("scale", 100, Scale::new);

        private final String word;
        private final int usualCount;
        private final Supplier<SoakRun> maker;

        Name(String word, int usualCount, Supplier<SoakRun> maker) {
            this.word = word;
            this.usualCount = usualCount;
            this.maker = maker;
        }

        String word() {
            return word;
        }

        SoakRun run() {
            return maker.get();
        }

        static Name parse(String text) {
            for (Name name : values()) {
                if (name.word.equals(text)) {
                    return name;
                }
            }
            throw new IllegalArgumentException("'" + text + "'; expected one of "
                    + Arrays.stream(values()).map(Name::word).collect(Collectors.joining(", ")));
        }
    }

    static SoakOptions parse(String[] arguments) {
        if (arguments.length == 0) {
            throw new IllegalArgumentException("needs a name; see --help");
        }
        Name name = Name.parse(arguments[0]);
        int count = name.usualCount;
        long seed = ThreadLocalRandom.current().nextInt(SEEDS);
        Optional<Path> json = Optional.empty();
        for (int i = 1; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--count" -> count = Math.toIntExact(number(arguments, i++));
                case "--seed" -> seed = number(arguments, i++);
                case "--json" -> json = Optional.of(Path.of(value(arguments, i++)));
                default -> throw new IllegalArgumentException("unknown option '" + arguments[i] + "'; see --help");
            }
        }
        return new SoakOptions(name, count, seed, json);
    }

    private static long number(String[] arguments, int at) {
        String text = value(arguments, at);
        if (!text.matches("[1-9][0-9]{0,8}")) {
            throw new IllegalArgumentException(arguments[at] + " '" + text + "'; expected a number above 0");
        }
        return Long.parseLong(text);
    }

    private static String value(String[] arguments, int at) {
        if (at + 1 >= arguments.length) {
            throw new IllegalArgumentException(arguments[at] + " needs a value; see --help");
        }
        return arguments[at + 1];
    }
}
