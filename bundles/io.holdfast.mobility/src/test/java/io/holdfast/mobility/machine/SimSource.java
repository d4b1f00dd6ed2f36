package io.holdfast.mobility.machine;

import io.holdfast.base.stream.ExtentKind;
import io.holdfast.mobility.stream.Sequencer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A machine whose guest writes units of 64 bytes, each filled with the number of its write, and a hypervisor that mirrors them: a write
 * reaches the source disk and the bitmaps first, then the capture, then it is answered.
 */
final class SimSource {

    static final int UNIT = 64;
    private static final int GRANULARITY = 4096;
    static final long NEVER = Long.MAX_VALUE;

    /** One write of the guest. */
    static final class Write {
        final long id;
        final SimDisk disk;
        final int offset;
        final int length;
        final ExtentKind kind;
        final long issuedNanos;
        long ackedNanos = NEVER;
        private boolean onDisk;
        private long onDiskNanos;

        Write(long id, SimDisk disk, int offset, int length, ExtentKind kind, long issuedNanos) {
            this.id = id;
            this.disk = disk;
            this.offset = offset;
            this.length = length;
            this.kind = kind;
            this.issuedNanos = issuedNanos;
        }

        /** What its units read as. */
        long value() {
            return kind == ExtentKind.DATA ? id : 0;
        }

        private boolean touches(Write other) {
            return disk == other.disk && offset < other.offset + other.length && other.offset < offset + length;
        }
    }

    /** One disk and everything ever written to it, by unit, in the order in which it reached the disk. */
    static final class SimDisk {
        final String identity;
        byte[] content;
        List<List<Write>> history = new ArrayList<>();
        final Map<String, BitSet> bitmaps = new TreeMap<>();

        SimDisk(String identity, int bytes) {
            this.identity = identity;
            this.content = new byte[bytes];
            grow(bytes);
        }

        void grow(int bytes) {
            content = java.util.Arrays.copyOf(content, bytes);
            while (history.size() * UNIT < bytes) {
                history.add(new ArrayList<>());
            }
        }
    }

    /** Where the writes of one disk go. */
    record Target(Sequencer sequencer, long capture, int disk, long sizeBytes) {}

    private final Random random;
    private final SimClock clock;
    final List<SimDisk> disks = new ArrayList<>();
    final List<Write> inFlight = new ArrayList<>();
    private Map<String, Target> mirrors = new HashMap<>();
    private final Set<SimDisk> brokenDisks = new HashSet<>();
    private @Nullable String brokenBecause;
    private long lastWrite;
    int run = 1;
    boolean alive = true;
    boolean announceBreak;
    long missedWrites;
    private int fullTries;

    SimSource(Random random, SimClock clock) {
        this.random = random;
        this.clock = clock;
    }

    // ---- the guest

    void issue() {
        if (!alive) {
            return;
        }
        SimDisk disk = disks.get(random.nextInt(disks.size()));
        int units = disk.content.length / UNIT;
        int first = random.nextInt(units);
        int count = 1 + random.nextInt(Math.min(units - first, random.nextInt(8) == 0 ? 40 : 6));
        ExtentKind kind = random.nextInt(8) == 0
                ? ExtentKind.ZERO
                : random.nextInt(20) == 0 ? ExtentKind.DISCARD : ExtentKind.DATA;
        Write write = new Write(++lastWrite, disk, first * UNIT, count * UNIT, kind, clock.monotonicNanos());
        if (inFlight.stream().noneMatch(other -> other.touches(write))) {
            inFlight.add(write);
        }
    }

    /** Brings a random write a step further. */
    void advance() {
        if (!inFlight.isEmpty()) {
            advance(inFlight.get(random.nextInt(inFlight.size())));
        }
    }

    void finishAll() {
        int bound = 4 * inFlight.size() + 4;
        for (int i = 0; i < bound && !inFlight.isEmpty(); i++) {
            advance(inFlight.getFirst());
        }
    }

    private void advance(Write write) {
        if (!write.onDisk) {
            putOnDisk(write);
            return;
        }
        Target target = mirrors.get(write.disk.identity);
        if (target == null || brokenDisks.contains(write.disk)) {
            missedWrites++;
            acknowledge(write);
            return;
        }
        if (write.offset + write.length > target.sizeBytes()) {
            breakMirror(write.disk, "write beyond the end of the target");
            return;
        }
        switch (deliver(target, write)) {
            case YES -> acknowledge(write);
            case SEALED -> breakMirror(write.disk, "capture refused a write");
            case FULL -> {
                fullTries++;
                if (fullTries > 30 && target.sequencer().giveUp(target.capture())) {
                    fullTries = 0;
                }
            }
        }
    }

    private void putOnDisk(Write write) {
        write.onDisk = true;
        write.onDiskNanos = clock.monotonicNanos();
        for (int unit = write.offset / UNIT; unit < (write.offset + write.length) / UNIT; unit++) {
            write.disk.history.get(unit).add(write);
        }
        ByteBuffer bytes = data(write);
        bytes.get(write.disk.content, write.offset, write.length);
        for (BitSet bitmap : write.disk.bitmaps.values()) {
            bitmap.set(write.offset / GRANULARITY, (write.offset + write.length - 1) / GRANULARITY + 1);
        }
    }

    private static ByteBuffer data(Write write) {
        ByteBuffer bytes = ByteBuffer.allocate(write.length);
        while (bytes.hasRemaining()) {
            bytes.putLong(write.value());
        }
        return bytes.flip();
    }

    private static Sequencer.Taken deliver(Target target, Write write) {
        return write.kind == ExtentKind.DATA
                ? target.sequencer().write(target.capture(), target.disk(), write.offset, data(write))
                : target.sequencer().fill(target.capture(), target.disk(), write.offset, write.length, write.kind);
    }

    private void acknowledge(Write write) {
        write.ackedNanos = clock.monotonicNanos();
        clock.advance(1);
        inFlight.remove(write);
    }

    // ---- the hypervisor

    /** One disk's mirror breaks; those of the others go on until somebody ends them. */
    void breakMirror(SimDisk disk, String reason) {
        if (!mirrors.isEmpty()) {
            announceBreak |= brokenBecause == null;
            brokenBecause = brokenBecause == null ? reason : brokenBecause;
            brokenDisks.add(disk);
        }
    }

    void breakOneMirror(String reason) {
        breakMirror(disks.get(random.nextInt(disks.size())), reason);
    }

    void breakAllMirrors(String reason) {
        disks.forEach(disk -> breakMirror(disk, reason));
    }

    /** Cuts the capture when a write waits for it too long. */
    void guard(long stallNanos) {
        if (inFlight.stream()
                .anyMatch(write -> write.onDisk && clock.monotonicNanos() - write.onDiskNanos > stallNanos)) {
            breakAllMirrors("the guard has cut it");
        }
    }

    void startMirrors(Map<String, Target> targets) {
        settleUncaptured();
        mirrors = new HashMap<>(targets);
        brokenDisks.clear();
        brokenBecause = null;
        announceBreak = false;
    }

    /** Writes that are on the disk already are answered without the capture. */
    void settleUncaptured() {
        mirrors = new HashMap<>();
        for (Write write : List.copyOf(inFlight)) {
            if (write.onDisk) {
                missedWrites++;
                acknowledge(write);
            }
        }
    }

    /** Writes that are on the disk already reach the capture before it ends. */
    void stopMirrors() {
        for (Write write : List.copyOf(inFlight)) {
            if (write.onDisk) {
                advance(write);
            }
        }
        settleUncaptured();
    }

    boolean isMirroring() {
        return !mirrors.isEmpty();
    }

    @Nullable
    String brokenBecause() {
        return mirrors.isEmpty() ? "no capture" : brokenBecause;
    }

    /** The process is killed: writes under way may be on the disk or not, bitmaps are gone. */
    boolean crash() {
        boolean unbroken = isMirroring() && brokenBecause == null;
        alive = false;
        inFlight.clear();
        mirrors = new HashMap<>();
        disks.forEach(disk -> disk.bitmaps.clear());
        return unbroken;
    }

    void restart() {
        alive = true;
        run++;
    }

    List<io.holdfast.adapter.DiskReader.Range> dirty(SimDisk disk, List<String> bitmaps, long offset, long length) {
        List<io.holdfast.adapter.DiskReader.Range> ranges = new ArrayList<>();
        BitSet union = new BitSet();
        bitmaps.forEach(name -> union.or(java.util.Objects.requireNonNull(disk.bitmaps.get(name))));
        for (long at = offset; at < offset + length; at += GRANULARITY) {
            if (bitmaps.isEmpty() || union.get((int) (at / GRANULARITY))) {
                long end = Math.min(at + GRANULARITY, offset + length);
                boolean zero = random.nextBoolean() && isZero(disk.content, (int) at, (int) end);
                ranges.add(new io.holdfast.adapter.DiskReader.Range(at, end - at, zero));
            }
        }
        return ranges;
    }

    private static boolean isZero(byte[] content, int from, int to) {
        for (int at = from; at < to; at++) {
            if (content[at] != 0) {
                return false;
            }
        }
        return true;
    }
}
