package io.holdfast.journal.testkit;

import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.hash.BlockHashAlgorithm;
import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.GapCause;
import io.holdfast.base.stream.MarkerKind;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.BatchBuilder;
import io.holdfast.journal.BatchSettings;
import io.holdfast.journal.BatchStart;
import io.holdfast.journal.Codec;
import io.holdfast.journal.EpochRequest;
import io.holdfast.journal.HistoryHead;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.SealedBatch;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes a stream by hand: each call is a record, {@link #seal} makes a batch of them. The clock moves a second a record. */
public final class HandMade {

    /** The machine. */
    public static final MachineId MACHINE = new MachineId(new UUID(0x1122334455667788L, 0x99AABBCCDDEEFF00L));

    /** Its keys. */
    public static final MachineKeys KEYS = MachineKeys.of(filled(0x11), filled(0x22));

    /** The source's clock at the first record. */
    public static final long FIRST_UTC_MILLIS = 1_700_000_001_000L;

    private final BatchSettings settings;
    private MachineKeys keys = KEYS;
    private @Nullable BatchBuilder builder;
    private long sequence;
    private long utcMillis = FIRST_UTC_MILLIS - 1_000;

    public HandMade(Codec codec) {
        this(codec, BlockHashAlgorithm.DEFAULT);
    }

    public HandMade(Codec codec, BlockHashAlgorithm hash) {
        this.settings = new BatchSettings(codec, BatchSettings.of(codec).plaintextBytesMax(), hash);
    }

    private static byte[] filled(int value) {
        byte[] key = new byte[MachineKeys.KEY_BYTES];
        Arrays.fill(key, (byte) value);
        return key;
    }

    public static DiskTable oneDisk(int version, long sizeBytes) {
        return new DiskTable(version, List.of(new DiskDescription(0, "disk-0", sizeBytes, 512, 4096)));
    }

    /** Opens an epoch on a position and goes on from there. */
    public HandMade epoch(MachineHistory history, Position parent) {
        HistoryHead head =
                history.openEpoch(new EpochRequest(history.head().position(), parent, EpochCause.START, "hand", 0));
        return after(head);
    }

    /** Seals with other keys from the next epoch on. */
    public HandMade keys(MachineKeys other) {
        keys = other;
        return this;
    }

    /** Goes on from a head. */
    public HandMade after(HistoryHead head) {
        builder = BatchBuilder.create(keys, settings, BatchStart.after(MACHINE, head, new UUID(3, 4)));
        sequence = head.position().sequence();
        return this;
    }

    private HandMade add(StreamRecord streamRecord) {
        BatchBuilder open = builder;
        if (open == null || !open.add(streamRecord)) {
            throw new AssertionError("no room for " + streamRecord);
        }
        return this;
    }

    private long next() {
        utcMillis += 1_000;
        sequence++;
        return sequence;
    }

    /** The sequence of the newest record. */
    public long sequence() {
        return sequence;
    }

    /** The source's clock at the newest record. */
    public long utcMillis() {
        return utcMillis;
    }

    public HandMade clock(long millis) {
        utcMillis = millis;
        return this;
    }

    public HandMade disks(DiskTable table) {
        return add(new StreamRecord.Disks(next(), utcMillis, table));
    }

    public HandMade write(int disk, long offset, byte[] data) {
        return add(new StreamRecord.Change(
                next(),
                utcMillis,
                ChangeOrigin.GUEST,
                disk,
                offset,
                data.length,
                ExtentKind.DATA,
                ByteBuffer.wrap(data)));
    }

    public HandMade empty(int disk, long offset, long length, ExtentKind kind) {
        return add(new StreamRecord.Change(
                next(), utcMillis, ChangeOrigin.COPY, disk, offset, length, kind, StreamRecord.Change.NO_DATA));
    }

    public HandMade ready() {
        return add(new StreamRecord.Ready(next(), utcMillis));
    }

    public HandMade gap() {
        return add(new StreamRecord.Gap(next(), utcMillis, GapCause.CAPTURE_BROKEN, "it broke"));
    }

    public HandMade marker(String label) {
        return add(new StreamRecord.Marker(next(), utcMillis, MarkerKind.APPLICATION_CONSISTENT, label));
    }

    public HandMade proof() {
        return proof(sequence);
    }

    public HandMade proof(long proven) {
        return add(new StreamRecord.Proof(proven, utcMillis, 42));
    }

    public SealedBatch seal() {
        BatchBuilder open = builder;
        if (open == null) {
            throw new AssertionError("no epoch was opened");
        }
        return open.seal();
    }

    /** Seals and appends. */
    public HandMade to(MachineHistory history) {
        history.append(seal().bytes());
        return this;
    }

    /** Bytes that shrink somewhat and are never zero. */
    public static byte[] pattern(int length, int seed) {
        byte[] data = new byte[length];
        for (int index = 0; index < length; index++) {
            data[index] = (byte) (1 + (index * 31 + seed * 17 + (index >> 5) * 7) % 200);
        }
        return data;
    }
}
