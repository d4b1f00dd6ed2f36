package io.holdfast.mobility.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.adapter.CaptureTarget;
import io.holdfast.adapter.SourceAdapter;
import io.holdfast.adapter.SourceAddress;
import io.holdfast.adapter.SourceListener;
import io.holdfast.adapter.SourceSettings;
import io.holdfast.base.MachineId;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.changelog.ChangeLog;
import io.holdfast.changelog.LogKey;
import io.holdfast.changelog.LogSettings;
import io.holdfast.mobility.stream.Sequencer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A source, an agent and a store in one thread, under one clock, driven at random from one seed. */
final class MachineSimulation {

    static final MachineId MACHINE = new MachineId(new UUID(0x1122334455667788L, 0x99aabbccddeeff00L));
    private static final UUID AGENT = new UUID(0xa1a2a3a4a5a6a7a8L, 0xb1b2b3b4b5b6b7b8L);
    private static final long MILLI = 1_000_000;
    /** The guard sets a guest free that waits so long, well within the stall limit of the policy. */
    private static final long STALL_NANOS = 450 * MILLI;

    private static final ProtectionSettings POLICY = new ProtectionSettings(1_000, 500, 5_000, 4 << 20, "store", 9443);

    final Random random;
    final SimClock clock = new SimClock();
    final SimSource source;
    final SimAdapter adapter;
    final SimStore store;
    SimLogStorage logStorage;
    private final Random leaps;
    private final long memoryBytes;
    private final List<Runnable> slow = new ArrayList<>();
    private MachineRecord remembered;
    private int logSalt;
    private @Nullable Saved saved;
    MachineEngine engine;
    boolean forgotten;

    /** What the agent has on its disk. */
    private record Saved(MachineRecord remembered, SimLogStorage log) {}

    MachineSimulation(long seed) {
        random = new Random(seed);
        leaps = new Random(~seed);
        source = new SimSource(random, clock);
        adapter = new SimAdapter(source);
        store = new SimStore(random, source);
        logStorage = new SimLogStorage(random);
        memoryBytes = random.nextInt(6) == 0 ? 40_000 : 1 << 20;
        int disks = 1 + random.nextInt(3);
        for (int i = 0; i < disks; i++) {
            int units = random.nextInt(25) == 0 ? 17_000 : 20 + random.nextInt(300);
            source.disks.add(new SimSource.SimDisk("disk" + i, units * SimSource.UNIT));
        }
        for (int i = 0; i < 20; i++) {
            source.issue();
            source.finishAll();
        }
        remembered = MachineRecord.fresh(MACHINE, "sim", new SourceAddress("sim", Map.of()), POLICY);
        engine = start();
    }

    MachineRecord remembered() {
        return remembered;
    }

    private MachineEngine start() {
        slow.clear();
        LogSettings settings =
                new LogSettings(MACHINE, POLICY.logBytesMax(), 32 << 10, Optional.of(new LogKey(new byte[32])));
        ChangeLog log = ChangeLog.open(logStorage, settings, new Random(logSalt++));
        assertThat(log.recovery().damage()).isEmpty();
        return new MachineEngine(
                remembered,
                new MachineEngine.Settings(AGENT, "sim-agent", "simulation", memoryBytes, 300),
                new Around(),
                new MachineEngine.Tools(log, store, slow::add, clock, leaps, () -> {}));
    }

    // ---- what can happen

    /** One random step of ordinary life. */
    void live() {
        boolean idle = !engine.status().state().equals("READY")
                && slow.isEmpty()
                && engine.status().copyKind().isEmpty();
        clock.advance(idle ? 40 * MILLI : random.nextInt(100) == 0 ? 100 * MILLI : random.nextInt((int) (4 * MILLI)));
        source.guard(STALL_NANOS);
        switch (random.nextInt(14)) {
            case 0 -> source.issue();
            case 1, 2, 3 -> source.advance();
            case 4 -> engine.copyStep();
            case 5 -> engine.logStep();
            case 6 -> runSlow();
            case 7, 8, 9, 10, 11 -> store.step();
            case 12 -> announceBreak();
            default -> engine.turn();
        }
    }

    private void runSlow() {
        if (!slow.isEmpty()) {
            slow.removeFirst().run();
        }
    }

    private void announceBreak() {
        SourceListener listener = adapter.listener;
        if (source.announceBreak && listener != null) {
            source.announceBreak = false;
            listener.captureBroken("", String.valueOf(source.brokenBecause()));
        }
    }

    void crashAgent() {
        logStorage.crash();
        startAgain();
    }

    private void startAgain() {
        adapter.offers.clear();
        adapter.listener = null;
        engine = start();
        source.breakAllMirrors("the capture server is gone");
        source.announceBreak = false;
    }

    /** Copies the disk on which store and agent lie together. */
    void saveDisk() {
        store.save();
        saved = new Saved(remembered, logStorage.copy());
    }

    /** The disk on which store and agent lie together is replaced by the older copy that was saved: nobody remembers what was since. */
    void setDiskBack() {
        Saved older = saved;
        if (older != null) {
            store.setBack();
            remembered = older.remembered;
            logStorage = older.log.copy();
            startAgain();
        }
    }

    void crashSource() {
        boolean unbroken = source.crash();
        SourceListener listener = adapter.listener;
        if (listener != null) {
            listener.sourceGone(unbroken, false, "killed");
        }
    }

    void growDisk() {
        SimSource.SimDisk disk = source.disks.get(random.nextInt(source.disks.size()));
        source.finishAll();
        disk.grow(disk.content.length + SimSource.UNIT * (1 + random.nextInt(100)));
        source.breakAllMirrors("resized");
        SourceListener listener = adapter.listener;
        if (listener != null) {
            listener.disksChanged("resized");
        }
    }

    void addDisk() {
        source.finishAll();
        source.disks.add(
                new SimSource.SimDisk("late" + source.disks.size(), SimSource.UNIT * (20 + random.nextInt(50))));
        source.breakAllMirrors("disk added");
        SourceListener listener = adapter.listener;
        if (listener != null) {
            listener.disksChanged("disk added");
        }
    }

    /** Everybody but the guest does something. */
    void work() {
        announceBreak();
        runSlow();
        for (int i = 0; i < 8; i++) {
            engine.copyStep();
            store.step();
        }
        engine.logStep();
        engine.turn();
    }

    /** Lets everything work until the store has proven all that the guest has written. */
    void settle() {
        if (!source.alive) {
            source.restart();
        }
        store.reachable = true;
        logStorage.full(false);
        for (int round = 0; round < 4_000; round++) {
            clock.advance(50 * MILLI);
            source.finishAll();
            work();
            MachineStatus status = engine.status();
            if (status.state().equals("READY")
                    && source.inFlight.isEmpty()
                    && status.provenSequence() == status.givenSequence()
                    && store.proven() == status.givenSequence()) {
                return;
            }
        }
        throw new AssertionError(
                "not settled: " + engine.status() + ", remembered " + remembered + ", head " + store.head());
    }

    void expectIdentical() {
        SimImage image = store.image();
        for (DiskDescription described : image.table.disks()) {
            SimSource.SimDisk disk = source.disks.stream()
                    .filter(each -> each.identity.equals(described.identity()))
                    .findFirst()
                    .orElseThrow();
            byte[] bytes = Objects.requireNonNull(image.disks.get(described.number()));
            assertThat(ByteBuffer.wrap(bytes).mismatch(ByteBuffer.wrap(disk.content)))
                    .as("first difference of %s", disk.identity)
                    .isEqualTo(-1);
        }
        assertThat(image.table.disks()).hasSameSizeAs(source.disks);
    }

    /** Blocks of 4 KiB in which source and store differ now. */
    long differingBlocks() {
        long blocks = 0;
        for (DiskDescription described : store.image().table.disks()) {
            byte[] image = Objects.requireNonNull(store.image().disks.get(described.number()));
            byte[] content = source.disks.stream()
                    .filter(each -> each.identity.equals(described.identity()))
                    .findFirst()
                    .orElseThrow()
                    .content;
            for (int from = 0; from < content.length; from += 4096) {
                int to = Math.min(from + 4096, content.length);
                if (!java.util.Arrays.equals(image, from, to, content, from, to)) {
                    blocks++;
                }
            }
        }
        return blocks;
    }

    private final class Around implements MachineSurroundings {

        @Override
        public SourceAdapter adapter(String name) {
            return adapter;
        }

        @Override
        public SourceSettings sourceSettings(MachineRecord state) {
            return new SourceSettings(Path.of("sim"), Path.of("sim/heartbeat"), 500, 5_000);
        }

        @Override
        public List<CaptureTarget> offer(
                MachineId machine, long capture, List<DiskDescription> disks, Sequencer sequencer) {
            adapter.offers.clear();
            List<CaptureTarget> targets = new ArrayList<>();
            for (DiskDescription disk : disks) {
                String export = capture + "-" + disk.number();
                adapter.offers.put(export, new SimSource.Target(sequencer, capture, disk.number(), disk.sizeBytes()));
                targets.add(new CaptureTarget(disk.identity(), Path.of("sim/nbd"), export));
            }
            return targets;
        }

        @Override
        public void withdraw(MachineId machine) {
            adapter.offers.clear();
        }

        @Override
        public void persist(MachineRecord state) {
            remembered = state;
        }

        @Override
        public boolean isProtectedHere(String tag) {
            return false;
        }

        @Override
        public void forgotten(MachineId machine) {
            forgotten = true;
        }
    }
}
