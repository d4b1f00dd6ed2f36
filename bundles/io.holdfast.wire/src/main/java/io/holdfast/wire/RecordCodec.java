package io.holdfast.wire;

import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.StreamRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Stream records and disk tables inside payloads. Every record starts with 24 bytes: type, two bytes that depend on the type, a zero
 * byte, the disk number (32 bits, zero where there is none), sequence, UTC milliseconds.
 */
final class RecordCodec {

    /** The shortest record, for checking a count before a list is made. */
    static final int RECORD_BYTES_LEAST = 24;

    private static final int CHANGE = 1;
    private static final int PROOF = 2;
    private static final int GAP = 3;
    private static final int READY = 4;
    private static final int MARKER = 5;
    private static final int DISKS = 6;

    private static final int DISK_BYTES_LEAST = 20;

    private RecordCodec() {}

    static void write(PayloadWriter out, StreamRecord streamRecord) {
        switch (streamRecord) {
            case StreamRecord.Change change -> {
                header(out, CHANGE, Codes.of(change.origin()), Codes.of(change.kind()), change.disk(), change);
                out.i64(change.offset()).i64(change.length()).data(change.data());
            }
            case StreamRecord.Proof proof -> {
                header(out, PROOF, 0, 0, 0, proof);
                out.i64(proof.monotonicNanos());
            }
            case StreamRecord.Gap gap -> {
                header(out, GAP, Codes.of(gap.cause()), 0, 0, gap);
                out.text(gap.detail());
            }
            case StreamRecord.Ready ready -> header(out, READY, 0, 0, 0, ready);
            case StreamRecord.Marker marker -> {
                header(out, MARKER, Codes.of(marker.kind()), 0, 0, marker);
                out.text(marker.label());
            }
            case StreamRecord.Disks disks -> {
                header(out, DISKS, 0, 0, 0, disks);
                write(out, disks.table());
            }
        }
    }

    private static void header(
            PayloadWriter out, int type, int first, int second, int disk, StreamRecord streamRecord) {
        out.u8(type)
                .u8(first)
                .u8(second)
                .u8(0)
                .u32(disk)
                .i64(streamRecord.sequence())
                .i64(streamRecord.utcMillis());
    }

    static void write(PayloadWriter out, DiskTable table) {
        out.u32(table.version()).u16(table.disks().size());
        for (DiskDescription disk : table.disks()) {
            out.u16(disk.number()).u32(disk.logicalSectorBytes()).u32(disk.physicalSectorBytes());
            out.i64(disk.sizeBytes()).text(disk.identity());
        }
    }

    static StreamRecord readRecord(PayloadReader in) {
        int type = in.u8();
        return switch (type) {
            case CHANGE -> readChange(in);
            case PROOF -> {
                in.zeroes(7);
                yield new StreamRecord.Proof(in.i64(), in.i64(), in.i64());
            }
            case GAP -> {
                int cause = in.u8();
                in.zeroes(6);
                yield new StreamRecord.Gap(
                        in.i64(), in.i64(), Codes.gapCause(cause), in.text(WireLimits.DETAIL_CHARACTERS_MAX));
            }
            case READY -> {
                in.zeroes(7);
                yield new StreamRecord.Ready(in.i64(), in.i64());
            }
            case MARKER -> {
                int kind = in.u8();
                in.zeroes(6);
                yield new StreamRecord.Marker(
                        in.i64(), in.i64(), Codes.markerKind(kind), in.text(WireLimits.LABEL_CHARACTERS_MAX));
            }
            case DISKS -> {
                in.zeroes(7);
                yield new StreamRecord.Disks(in.i64(), in.i64(), readDiskTable(in));
            }
            default -> throw PayloadReader.corrupt("record type " + type + "; expected 1 to 6");
        };
    }

    private static StreamRecord.Change readChange(PayloadReader in) {
        ChangeOrigin origin = Codes.changeOrigin(in.u8());
        ExtentKind kind = Codes.extentKind(in.u8());
        in.zeroes(1);
        int disk = in.u31();
        long sequence = in.i64();
        long utcMillis = in.i64();
        long offset = in.i64();
        long length = in.i64();
        Checks.range("offset", offset, 0, DiskDescription.SIZE_BYTES_MAX);
        Checks.range("length", length, 1, DiskDescription.SIZE_BYTES_MAX);
        ByteBuffer data = kind == ExtentKind.DATA ? in.data(length).asReadOnlyBuffer() : StreamRecord.Change.NO_DATA;
        return new StreamRecord.Change(sequence, utcMillis, origin, disk, offset, length, kind, data);
    }

    static DiskTable readDiskTable(PayloadReader in) {
        int version = in.u31();
        int count = in.u16();
        if (count > DiskDescription.DISKS_MAX || count * DISK_BYTES_LEAST > in.remaining()) {
            throw PayloadReader.corrupt(count + " disks in " + in.remaining() + " bytes");
        }
        List<DiskDescription> disks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int number = in.u16();
            int logicalSectorBytes = in.u31();
            int physicalSectorBytes = in.u31();
            long sizeBytes = in.i64();
            String identity = in.text(WireLimits.IDENTITY_CHARACTERS_MAX);
            disks.add(new DiskDescription(number, identity, sizeBytes, logicalSectorBytes, physicalSectorBytes));
        }
        return new DiskTable(version, disks);
    }
}
