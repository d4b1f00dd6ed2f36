package io.holdfast.journal.testkit;

import io.holdfast.base.Position;
import io.holdfast.journal.Anchor;
import io.holdfast.journal.Codec;
import io.holdfast.journal.ColdTier;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.PointImage;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.ResidentKeys;
import io.holdfast.journal.RetentionPolicy;
import io.holdfast.journal.StoreVerifier;
import io.holdfast.journal.VerifyReport;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A signed store of one machine that overwrites its small disk again and again, and keeps the points of the last hour and what is pinned. */
public final class ThinnedStore {

    public static final int DISK_BYTES = 256 << 10;

    /** What a machine writes. */
    public enum Content {
        /** 32 KiB a batch that do not shrink, one place behind the other. */
        RANDOM,
        /** Text, eight times 4 KiB at random places a batch. */
        TEXT
    }

    private static final int BATCH_BYTES = 32 << 10;
    private static final int TEXT_BYTES = 4 << 10;
    private static final String[] WORDS = {
        "store", "write", "point", "ledger", "of", "the", "history", "a", "machine", "disk", "is", "kept", "and", "not"
    };
    private static final long STEP_MILLIS = 10 * 60_000;
    private static final RetentionPolicy WINDOW_OF_AN_HOUR =
            new RetentionPolicy(RetentionPolicy.HOUR_MILLIS, 0, 0, 0, 0, 0, 0);

    private final Content content;
    private final ResidentKeys keys;
    private final Random random;
    private final SimulatedFiles files;
    private final HandClock clock = new HandClock();
    private final TestSigner signer;
    private final HandMade stream = new HandMade(Codec.LZ4);
    private final byte[] disk = new byte[DISK_BYTES];
    private RecoveryStore store;
    private MachineHistory history;
    private long workNanos;

    /** A store without keys, of data that does not shrink. */
    public ThinnedStore(long seed) {
        this(seed, Content.RANDOM, ResidentKeys.NONE);
    }

    public ThinnedStore(long seed, Content content, ResidentKeys keys) {
        this.content = content;
        this.keys = keys;
        random = new Random(seed);
        files = new SimulatedFiles(seed);
        signer = new TestSigner(seed);
        store = RecoveryStore.open(files, SmallStore.SETTINGS, clock, signer, keys);
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

    /** Writes so many times as much as the disk holds. Each write is a point, each batch a commit. */
    public ThinnedStore overwrite(int times) {
        for (int batch = 0; batch < times * (DISK_BYTES / BATCH_BYTES); batch++) {
            if (content == Content.RANDOM) {
                byte[] data = new byte[BATCH_BYTES];
                random.nextBytes(data);
                write(batch * BATCH_BYTES % DISK_BYTES, data);
            } else {
                for (int write = 0; write < BATCH_BYTES / TEXT_BYTES; write++) {
                    write(TEXT_BYTES * random.nextInt(DISK_BYTES / TEXT_BYTES), text());
                }
            }
            stream.proof().to(history);
            store.commit();
        }
        maintain();
        return this;
    }

    private void write(int offset, byte[] data) {
        System.arraycopy(data, 0, disk, offset, data.length);
        stream.write(0, offset, data);
    }

    private byte[] text() {
        StringBuilder text = new StringBuilder();
        while (text.length() < TEXT_BYTES) {
            text.append(WORDS[random.nextInt(WORDS.length)])
                    .append(' ')
                    .append(random.nextInt(100))
                    .append(' ');
        }
        return text.substring(0, TEXT_BYTES).getBytes(StandardCharsets.US_ASCII);
    }

    /** Keeps the points of the last hour from now on. */
    public ThinnedStore keepAnHour() {
        history.setRetention(WINDOW_OF_AN_HOUR.withCold(history.retention().cold()));
        return this;
    }

    /** Codes what is older than an hour anew from now on, where the keys are there. */
    public ThinnedStore codeAfterAnHour() {
        history.setRetention(
                history.retention().withCold(new ColdTier(RetentionPolicy.HOUR_MILLIS, ColdTier.MINUTES_A_DAY_MAX)));
        return this;
    }

    /** What the disk holds at a point. */
    public byte[] read(long sequence) {
        byte[] found = new byte[DISK_BYTES];
        try (PointImage image = history.openPoint(new Position(1, sequence), HandMade.KEYS)) {
            image.read(0, 0, ByteBuffer.wrap(found));
        }
        return found;
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
                long started = processorNanos();
                more = store.maintain();
                workNanos += processorNanos() - started;
                afterEach.run();
            }
        }
        return this;
    }

    private static long processorNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /** How much processor time the store has taken while time passed. */
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
            byte[] newest = new byte[DISK_BYTES];
            try (PointImage image = found.openPoint(found.head().position(), HandMade.KEYS)) {
                image.read(0, 0, ByteBuffer.wrap(newest));
            }
            Expect.equal("first difference of the newest point", Arrays.mismatch(newest, disk), -1);
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
        store = RecoveryStore.open(medium, SmallStore.SETTINGS, clock, signer, keys);
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
