package io.holdfast.journal.testkit;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreSettings;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A store whose process was killed while it committed, so that behind what it acknowledged there is more, and its two growing files, the newest
 * segment and the intake log, cut at one byte after the other. A cut is accepted only when everything that was acknowledged is there and reads as it
 * was written; anything else is named.
 */
public final class Truncations {

    private static final String LOG = "intake";
    private static final int BATCHES = 6;
    private static final int CUTS_FOR_AN_OPENING = 16;
    private static final long NEVER = Long.MAX_VALUE;

    /** Little goes straight into segments, so that both files are small. */
    private static final StoreSettings SETTINGS =
            new StoreSettings(1 << 20, 64 << 10, 1 << 20, 6_000, 64 << 10, 64 << 10);

    private final Origin origin;
    private final StoreDriver driver;
    private final StoreDriver.Mark mark;
    private final SimulatedFiles medium;
    private final List<String> failures = new ArrayList<>();
    private long cuts;
    private long accepted;
    private long opened;

    /** When the process was killed. */
    public enum Moment {
        /** All that a commit writes into segments was there, and nothing of its group. */
        BEFORE_THE_GROUP(4),
        /** All that a commit writes was there but its slot. */
        BEFORE_THE_SLOT(2),
        /** The commit was acknowledged. */
        AFTERWARDS(0);

        /** Of the four with which a commit ends: group, force, slot, force. */
        private final int operationsLeft;

        Moment(int operationsLeft) {
            this.operationsLeft = operationsLeft;
        }
    }

    /**
     * Which store.
     *
     * @param seed of what is written; when it is even, the last commit writes straight into the segment, else into the log
     * @param moment at which the process was killed
     */
    public record Origin(long seed, Moment moment) {}

    /** How a file ends after a cut. */
    private enum Ending {
        /** It is shorter. */
        SHORT,
        /** What lies behind never reached the medium, where there are zeroes since the file was made. */
        ZEROES
    }

    /** A store that was killed at an operation of its last commit, after what that wrote, and how many operations that did. */
    private record Played(SimulatedFiles files, StoreDriver driver, long operations) {

        static Played of(long seed, long killedAt) {
            SimulatedFiles files = new SimulatedFiles(seed);
            StoreDriver driver = new StoreDriver(seed, 12_000, 2_000);
            RecoveryStore store = RecoveryStore.open(files, SETTINGS, StoreDriver.TIME);
            MachineHistory history = driver.create(store);
            driver.openEpoch(history, false);
            for (int batch = 0; batch < BATCHES; batch++) {
                append(driver, history, batch % 3 == 2);
                store.commit()
                        .forEach(durable -> driver.acknowledged(durable.head().blockNumber()));
            }
            append(driver, history, seed % 2 == 0);
            long before = files.operations();
            if (killedAt == 0) {
                return new Played(files, driver, 0);
            }
            files.crashAt(killedAt == NEVER ? NEVER : before + killedAt);
            try {
                store.commit()
                        .forEach(durable -> driver.acknowledged(durable.head().blockNumber()));
            } catch (SimulatedCrash _) {
                // what was written before it is on the medium
            }
            return new Played(files, driver, files.operations() - before);
        }

        /** Enough for the segment, or little, which goes into the log. */
        private static void append(StoreDriver driver, MachineHistory history, boolean straight) {
            long bytes = 0;
            do {
                bytes += driver.append(history, 4).bytes().remaining();
            } while (straight && bytes <= SETTINGS.straightBytesMin());
        }
    }

    /** Makes the store. */
    public Truncations(Origin origin) {
        this.origin = origin;
        long operations = Played.of(origin.seed(), NEVER).operations();
        int left = origin.moment().operationsLeft;
        Played played = Played.of(origin.seed(), left == 0 ? NEVER : operations - left);
        driver = played.driver();
        medium = played.files().afterKill().snapshot();
        mark = driver.mark();
    }

    public long cuts() {
        return cuts;
    }

    /** Cuts that a verification called intact. */
    public long accepted() {
        return accepted;
    }

    /** Cut stores that were opened: those that a verification called intact, and one of 16 others. */
    public long opened() {
        return opened;
    }

    /** What was accepted and must not be, one line each. */
    public List<String> failures() {
        return failures;
    }

    /** Cuts the newest segment, which has no index yet, at every so many bytes. */
    public Truncations cutNewestSegment(int step) {
        String newest = medium.paths().stream()
                .filter(path -> path.endsWith(".open"))
                .max(String::compareTo)
                .orElseThrow(() -> new IllegalStateException(origin + " has no segment that grows"));
        cut(newest, medium.content(newest).length, Ending.SHORT, step);
        return this;
    }

    /** Cuts the intake log at every so many bytes, from its slots to the end of what is in it, in both ways. */
    public Truncations cutLog(int step) {
        int end = Tampering.endOfLog(medium.content(LOG));
        cut(LOG, end, Ending.SHORT, step);
        cut(LOG, end, Ending.ZEROES, step);
        return this;
    }

    private void cut(String path, int end, Ending ending, int step) {
        byte[] content = medium.content(path);
        int meaningful = end;
        while (ending == Ending.ZEROES && meaningful > 0 && content[meaningful - 1] == 0) {
            meaningful--;
        }
        boolean before = false;
        for (int length = 0; length < meaningful; length += step) {
            String what = origin + ": " + path + " " + ending + " from byte " + length + " of " + content.length;
            boolean now = judge(cutAt(path, length, end, ending), what);
            if (before && !now) {
                failures.add(what + " is damage, and a shorter one is none");
            }
            before = now;
        }
    }

    private SimulatedFiles cutAt(String path, int length, int end, Ending ending) {
        SimulatedFiles cut = medium.snapshot();
        try (StoreFile file = cut.open(path, OpenMode.EXISTING)) {
            switch (ending) {
                case SHORT -> file.truncate(length);
                case ZEROES -> file.write(length, ByteBuffer.allocate(end - length));
            }
            file.force();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return cut;
    }

    /** Tells whether a verification calls the cut store intact. */
    private boolean judge(SimulatedFiles cut, String what) {
        boolean intact = Tampering.verify(cut).intact();
        accepted += intact ? 1 : 0;
        if (cuts++ % CUTS_FOR_AN_OPENING == 0 || intact) {
            open(cut, intact, what);
        }
        return intact;
    }

    /** Opens a cut store: damage is named, or everything that was acknowledged is there. */
    private void open(SimulatedFiles cut, boolean intact, String what) {
        opened++;
        driver.rewind(mark);
        try (RecoveryStore store = RecoveryStore.open(cut, SETTINGS, StoreDriver.TIME)) {
            if (store.damages().isEmpty()) {
                driver.recover(store);
            } else if (intact) {
                failures.add(what + " verified as intact, and opened with " + store.damages());
            }
        } catch (HoldfastException e) {
            if (intact || e.code() != ErrorCode.STORE_DAMAGED && e.code() != ErrorCode.DATA_FOLDER_COPIED) {
                failures.add(what + " was refused: " + e.getMessage());
            }
        } catch (AssertionError e) {
            failures.add(what + " was accepted: " + e.getMessage());
        }
    }
}
