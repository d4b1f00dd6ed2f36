package io.holdfast.journal.testkit;

import io.holdfast.base.Position;
import io.holdfast.journal.Anchor;
import io.holdfast.journal.Codec;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.PointImage;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.RetentionPolicy;
import io.holdfast.journal.StoreVerifier;
import io.holdfast.journal.VerifyReport;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A signed store of one machine that overwrites its small disk again and again, and keeps the points of the last hour and what is pinned. */
public final class ThinnedStore {

    public static final int DISK_BYTES = 256 << 10;

    private static final int WRITE_BYTES = 32 << 10;
    private static final long STEP_MILLIS = 10 * 60_000;
    private static final RetentionPolicy WINDOW_OF_AN_HOUR =
            new RetentionPolicy(RetentionPolicy.HOUR_MILLIS, 0, 0, 0, 0, 0, 0);

    private final Random random;
    private final SimulatedFiles files;
    private final HandClock clock = new HandClock();
    private final TestSigner signer;
    private final HandMade stream = new HandMade(Codec.LZ4);
    private final byte[] disk = new byte[DISK_BYTES];
    private RecoveryStore store;
    private MachineHistory history;
    private long workNanos;

    public ThinnedStore(long seed) {
        random = new Random(seed);
        files = new SimulatedFiles(seed);
        signer = new TestSigner(seed);
        store = RecoveryStore.open(files, SmallStore.SETTINGS, clock, signer);
        history = store.create(HandMade.MACHINE);
        stream.epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, DISK_BYTES))
                .ready()
                .to(history);
    }

    public SimulatedFiles files() {
        return files;
    }

    public TestSigner signer() {
        return signer;
    }

    public RecoveryStore store() {
        return store;
    }

    public MachineHistory history() {
        return history;
    }

    /** The newest sequence given. */
    public long sequence() {
        return stream.sequence();
    }

    /** Overwrites the whole disk so many times with what does not shrink. Each write is a point, a batch and a commit. */
    public ThinnedStore overwrite(int times) {
        for (int write = 0; write < times * (DISK_BYTES / WRITE_BYTES); write++) {
            byte[] data = new byte[WRITE_BYTES];
            random.nextBytes(data);
            int offset = write * WRITE_BYTES % DISK_BYTES;
            System.arraycopy(data, 0, disk, offset, data.length);
            stream.write(0, offset, data).proof().to(history);
            store.commit();
        }
        maintain();
        return this;
    }

    /** Keeps the points of the last hour from now on. */
    public ThinnedStore keepAnHour() {
        history.setRetention(WINDOW_OF_AN_HOUR);
        return this;
    }

    /** Lets time pass and the store do its work. */
    public ThinnedStore pass(long hours) {
        return pass(hours, () -> {});
    }

    /** The same, with something to be done after each step of the store. */
    public ThinnedStore pass(long hours, Runnable afterEach) {
        for (long passed = 0; passed < hours * RetentionPolicy.HOUR_MILLIS; passed += STEP_MILLIS) {
            clock.pass(STEP_MILLIS);
            boolean more = true;
            while (more) {
                long started = System.nanoTime();
                more = store.maintain();
                workNanos += System.nanoTime() - started;
                afterEach.run();
            }
        }
        return this;
    }

    /** How long the store has worked while time passed. */
    public long workNanos() {
        return workNanos;
    }

    /** Bytes of all segments. */
    public long segmentBytes() {
        return files.paths().stream()
                .filter(path -> path.endsWith(".seg") || path.endsWith(".open"))
                .mapToLong(path -> files.content(path).length)
                .sum();
    }

    /** Compares the newest point of a store that was made of this one, when it still has it; fails when its bytes are others. */
    public void look(RecoveryStore opened) {
        MachineHistory found = opened.find(HandMade.MACHINE).orElseThrow();
        if (found.head().position().sequence() == stream.sequence()) {
            byte[] content = new byte[DISK_BYTES];
            try (PointImage image = found.openPoint(found.head().position(), HandMade.KEYS)) {
                image.read(0, 0, ByteBuffer.wrap(content));
            }
            Expect.equal("first difference of the newest point", Arrays.mismatch(content, disk), -1);
        }
    }

    public void maintain() {
        while (store.maintain()) {
            // until nothing is left to do
        }
    }

    public void close() {
        store.close();
    }

    public void reopen() {
        store.close();
        open(files);
    }

    /** Goes on with another state of the medium; the store is closed or lost. */
    public void open(SimulatedFiles medium) {
        store = RecoveryStore.open(medium, SmallStore.SETTINGS, clock, signer);
        history = store.find(HandMade.MACHINE).orElseThrow();
        stream.after(history.head());
    }

    /** Verifies a state of the medium, without keys. */
    public VerifyReport verify(SimulatedFiles medium, Anchor... anchors) {
        return verify(medium, Optional.empty(), anchors);
    }

    public VerifyReport verify(SimulatedFiles medium, Optional<MachineKeys> keys, Anchor... anchors) {
        return StoreVerifier.verify(medium, new StoreVerifier.Means(_ -> keys, List.of(anchors), clock));
    }
}
