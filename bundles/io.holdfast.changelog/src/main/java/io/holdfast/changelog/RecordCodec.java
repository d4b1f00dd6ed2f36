package io.holdfast.changelog;

import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.GapCause;
import io.holdfast.base.stream.MarkerKind;
import io.holdfast.base.stream.StreamRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Records inside the payload of a group. All integers are big-endian. The payload was verified before: what does not fit here is damage of
 * the writer's making and thrown as {@link MalformedRecordException}.
 *
 * <pre>
 * | offset | size | field      | meaning                                                                    |
 * |-------:|-----:|------------|----------------------------------------------------------------------------|
 * |      0 |    1 | type       | 1 change, 2 proof, 3 gap, 4 ready, 5 marker, 6 disks                       |
 * |      1 |    1 | detail     | change: kind + 16 × origin; gap: cause; marker: kind; else 0               |
 * |      2 |    2 | disk       | change: number of the disk; else 0                                         |
 * |      4 |    4 | bodyLength | bytes that follow the header                                               |
 * |      8 |    8 | sequence   | of the record; proof: the highest it proves                                |
 * |     16 |    8 | utcMillis  | the source's clock                                                         |
 * |     24 |    8 | offset     | change: first byte; proof: monotonic nanoseconds; else 0                   |
 * |     32 |    8 | length     | change: bytes covered; else 0                                              |
 * |     40 |    n | body       | change of kind 1: data; gap, marker: UTF-8 text; disks: table              |
 * </pre>
 */
final class RecordCodec {

    static final int HEADER_BYTES = 40;

    /** The largest body: an NBD write of 32 MiB, the most a capture server takes in one request, with room to spare. */
    static final int BODY_BYTES_MAX = 64 << 20;

    private static final int CHANGE = 1;
    private static final int PROOF = 2;
    private static final int GAP = 3;
    private static final int READY = 4;
    private static final int MARKER = 5;
    private static final int DISKS = 6;
    private static final int ORIGIN_SHIFT = 4;
    private static final int KIND_MASK = 0x0F;
    private static final int DISK_BYTES_LEAST = 20;

    private RecordCodec() {}

    /** A payload that passed its checksum and still makes no sense. */
    static final class MalformedRecordException extends Exception {

        private static final long serialVersionUID = 1L;

        MalformedRecordException(String message) {
            super(message);
        }
    }

    static int encodedBytes(StreamRecord entry) {
        return HEADER_BYTES + body(entry).remaining();
    }

    static void encode(StreamRecord entry, ByteBuffer target) {
        ByteBuffer body = body(entry);
        switch (entry) {
            case StreamRecord.Change change -> {
                int detail = kindCode(change.kind()) | originCode(change.origin()) << ORIGIN_SHIFT;
                header(
                        target,
                        CHANGE,
                        detail,
                        change.disk(),
                        body.remaining(),
                        entry,
                        change.offset(),
                        change.length());
            }
            case StreamRecord.Proof proof -> header(target, PROOF, 0, 0, 0, entry, proof.monotonicNanos(), 0);
            case StreamRecord.Gap gap -> header(target, GAP, causeCode(gap.cause()), 0, body.remaining(), entry, 0, 0);
            case StreamRecord.Ready _ -> header(target, READY, 0, 0, 0, entry, 0, 0);
            case StreamRecord.Marker marker ->
                header(target, MARKER, markerCode(marker.kind()), 0, body.remaining(), entry, 0, 0);
            case StreamRecord.Disks _ -> header(target, DISKS, 0, 0, body.remaining(), entry, 0, 0);
        }
        target.put(body);
    }

    private static void header(
            ByteBuffer target,
            int type,
            int detail,
            int disk,
            int bodyLength,
            StreamRecord entry,
            long offset,
            long length) {
        target.put((byte) type).put((byte) detail).putShort((short) disk).putInt(bodyLength);
        target.putLong(entry.sequence())
                .putLong(entry.utcMillis())
                .putLong(offset)
                .putLong(length);
    }

    private static ByteBuffer body(StreamRecord entry) {
        return switch (entry) {
            case StreamRecord.Change change -> change.data().duplicate();
            case StreamRecord.Gap gap -> StandardCharsets.UTF_8.encode(gap.detail());
            case StreamRecord.Marker marker -> StandardCharsets.UTF_8.encode(marker.label());
            case StreamRecord.Disks disks -> table(disks.table());
            case StreamRecord.Proof _, StreamRecord.Ready _ -> StreamRecord.Change.NO_DATA;
        };
    }

    /** Decodes all records of a verified payload; data stays in the given buffer. */
    static List<StreamRecord> decodeAll(ByteBuffer payload, int count) throws MalformedRecordException {
        List<StreamRecord> entries = new ArrayList<>(Math.min(count, payload.remaining() / HEADER_BYTES + 1));
        while (payload.hasRemaining()) {
            entries.add(decode(payload));
        }
        if (entries.size() != count) {
            throw new MalformedRecordException(entries.size() + " records; expected " + count);
        }
        return entries;
    }

    private static StreamRecord decode(ByteBuffer payload) throws MalformedRecordException {
        if (payload.remaining() < HEADER_BYTES) {
            throw new MalformedRecordException(
                    payload.remaining() + " bytes left; expected a record header of " + HEADER_BYTES);
        }
        int type = Byte.toUnsignedInt(payload.get());
        int detail = Byte.toUnsignedInt(payload.get());
        int disk = Short.toUnsignedInt(payload.getShort());
        int bodyLength = payload.getInt();
        long sequence = payload.getLong();
        long utcMillis = payload.getLong();
        long offset = payload.getLong();
        long length = payload.getLong();
        if (bodyLength < 0 || bodyLength > BODY_BYTES_MAX || bodyLength > payload.remaining()) {
            throw new MalformedRecordException(
                    "body of " + bodyLength + " bytes; " + payload.remaining() + " are left");
        }
        ByteBuffer body = payload.slice(payload.position(), bodyLength).asReadOnlyBuffer();
        payload.position(payload.position() + bodyLength);
        return switch (type) {
            case CHANGE -> change(detail, disk, sequence, utcMillis, offset, length, body);
            case PROOF -> new StreamRecord.Proof(sequence, utcMillis, offset);
            case GAP -> new StreamRecord.Gap(sequence, utcMillis, cause(detail), text(body));
            case READY -> new StreamRecord.Ready(sequence, utcMillis);
            case MARKER -> new StreamRecord.Marker(sequence, utcMillis, marker(detail), text(body));
            case DISKS -> new StreamRecord.Disks(sequence, utcMillis, table(body));
            default -> throw new MalformedRecordException("record type " + type + "; expected 1 to 6");
        };
    }

    private static StreamRecord change(
            int detail, int disk, long sequence, long utcMillis, long offset, long length, ByteBuffer body)
            throws MalformedRecordException {
        ExtentKind kind = kind(detail & KIND_MASK);
        boolean fits = offset >= 0
                && length >= 1
                && length <= DiskDescription.SIZE_BYTES_MAX - offset
                && body.remaining() == (kind == ExtentKind.DATA ? length : 0);
        if (!fits) {
            throw new MalformedRecordException(
                    "change " + offset + "+" + length + " of kind " + kind + " with " + body.remaining());
        }
        return new StreamRecord.Change(
                sequence, utcMillis, origin(detail >>> ORIGIN_SHIFT), disk, offset, length, kind, body);
    }

    private static String text(ByteBuffer body) {
        return StandardCharsets.UTF_8.decode(body).toString();
    }

    private static ByteBuffer table(DiskTable table) {
        List<byte[]> identities = table.disks().stream()
                .map(disk -> disk.identity().getBytes(StandardCharsets.UTF_8))
                .toList();
        int bytes = 6
                + identities.stream()
                        .mapToInt(identity -> DISK_BYTES_LEAST + identity.length)
                        .sum();
        ByteBuffer body = ByteBuffer.allocate(bytes);
        body.putInt(table.version()).putShort((short) table.disks().size());
        for (int i = 0; i < identities.size(); i++) {
            DiskDescription disk = table.disks().get(i);
            body.putShort((short) disk.number()).putLong(disk.sizeBytes());
            body.putInt(disk.logicalSectorBytes()).putInt(disk.physicalSectorBytes());
            body.putShort((short) identities.get(i).length).put(identities.get(i));
        }
        return body.flip();
    }

    private static DiskTable table(ByteBuffer body) throws MalformedRecordException {
        try {
            int version = body.getInt();
            int count = Short.toUnsignedInt(body.getShort());
            List<DiskDescription> disks = new ArrayList<>(Math.min(count, DiskDescription.DISKS_MAX));
            for (int i = 0; i < count; i++) {
                int number = Short.toUnsignedInt(body.getShort());
                long sizeBytes = body.getLong();
                int logical = body.getInt();
                int physical = body.getInt();
                int identityBytes = Short.toUnsignedInt(body.getShort());
                String identity = text(body.slice(body.position(), Math.min(identityBytes, body.remaining())));
                body.position(body.position() + identityBytes);
                disks.add(new DiskDescription(number, identity, sizeBytes, logical, physical));
            }
            return new DiskTable(version, disks);
        } catch (RuntimeException e) {
            throw new MalformedRecordException("disk table: " + e);
        }
    }

    private static int kindCode(ExtentKind kind) {
        return switch (kind) {
            case DATA -> 1;
            case ZERO -> 2;
            case DISCARD -> 3;
        };
    }

    private static ExtentKind kind(int code) throws MalformedRecordException {
        return switch (code) {
            case 1 -> ExtentKind.DATA;
            case 2 -> ExtentKind.ZERO;
            case 3 -> ExtentKind.DISCARD;
            default -> throw new MalformedRecordException("kind of extent " + code + "; expected 1 to 3");
        };
    }

    private static int originCode(ChangeOrigin origin) {
        return switch (origin) {
            case GUEST -> 1;
            case COPY -> 2;
        };
    }

    private static ChangeOrigin origin(int code) throws MalformedRecordException {
        return switch (code) {
            case 1 -> ChangeOrigin.GUEST;
            case 2 -> ChangeOrigin.COPY;
            default -> throw new MalformedRecordException("origin " + code + "; expected 1 or 2");
        };
    }

    private static int markerCode(MarkerKind kind) {
        return switch (kind) {
            case CRASH_CONSISTENT -> 1;
            case APPLICATION_CONSISTENT -> 2;
            case GROUP -> 3;
        };
    }

    private static MarkerKind marker(int code) throws MalformedRecordException {
        return switch (code) {
            case 1 -> MarkerKind.CRASH_CONSISTENT;
            case 2 -> MarkerKind.APPLICATION_CONSISTENT;
            case 3 -> MarkerKind.GROUP;
            default -> throw new MalformedRecordException("kind of marker " + code + "; expected 1 to 3");
        };
    }

    private static int causeCode(GapCause cause) {
        return switch (cause) {
            case CAPTURE_BROKEN -> 1;
            case CAPTURE_RESTARTED -> 2;
            case SOURCE_CRASHED -> 3;
            case LOG_FULL -> 4;
            case PAUSED -> 5;
            case DISKS_CHANGED -> 6;
            case STORE_SET_BACK -> 7;
        };
    }

    private static GapCause cause(int code) throws MalformedRecordException {
        return switch (code) {
            case 1 -> GapCause.CAPTURE_BROKEN;
            case 2 -> GapCause.CAPTURE_RESTARTED;
            case 3 -> GapCause.SOURCE_CRASHED;
            case 4 -> GapCause.LOG_FULL;
            case 5 -> GapCause.PAUSED;
            case 6 -> GapCause.DISKS_CHANGED;
            case 7 -> GapCause.STORE_SET_BACK;
            default -> throw new MalformedRecordException("cause of a gap " + code + "; expected 1 to 7");
        };
    }
}
