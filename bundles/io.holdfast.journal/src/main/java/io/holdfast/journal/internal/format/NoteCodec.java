package io.holdfast.journal.internal.format;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.base.stream.GapCause;
import io.holdfast.base.stream.MarkerKind;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.Epoch;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Notes as bytes, little-endian, one behind the other.
 *
 * <pre>
 * offset size field
 *      0    1 kind: 1 proof, 2 gap, 3 ready, 4 marker, 5 disks, 6 epoch
 *      1    3 zero
 *      4    4 length of the body
 *      8    8 sequence
 *     16    8 source's clock, milliseconds (epoch: the store's clock)
 *     24    . body
 *
 * proof   u64 source's monotonic clock, nanoseconds
 * gap     u8 cause, text
 * ready   nothing
 * marker  u8 kind, text
 * disks   table
 * epoch   u64 number, u64 parent epoch, u64 parent sequence, u64 ready sequence, u64 proven sequence, u8 cause,
 *         u16 length of the writer, writer, table
 * table   u32 version, u16 count; each: u8 number, u8 logical and u8 physical sector as powers of two, u8 zero, u64 size,
 *         u16 length of the identity, identity
 * </pre>
 */
public final class NoteCodec {

    /** Bytes before the body. */
    public static final int HEAD_BYTES = 24;

    /** The longest identity of a disk, in UTF-8. */
    public static final int IDENTITY_BYTES_MAX = 1_024;

    /** The longest text, in UTF-8. */
    public static final int TEXT_BYTES_MAX = 4_000;

    private static final int PROOF = 1;
    private static final int GAP = 2;
    private static final int READY = 3;
    private static final int MARKER = 4;
    private static final int DISKS = 5;
    private static final int EPOCH = 6;

    private NoteCodec() {}

    /**
     * Encodes one note.
     *
     * @param note what
     * @return its bytes
     */
    public static byte[] encode(Note note) {
        return switch (note) {
            case Note.Entry(var streamRecord) -> encode(streamRecord);
            case Note.Opening opening ->
                framed(EPOCH, opening.epoch().firstSequence(), opening.epoch().openedUtcMillis(), openingBody(opening));
        };
    }

    private static byte[] encode(StreamRecord streamRecord) {
        long sequence = streamRecord.sequence();
        long utcMillis = streamRecord.utcMillis();
        return switch (streamRecord) {
            case StreamRecord.Change _ -> throw new IllegalArgumentException("a change is no note");
            case StreamRecord.Proof proof -> framed(PROOF, sequence, utcMillis, new Body().u64(proof.monotonicNanos()));
            case StreamRecord.Gap gap ->
                framed(
                        GAP,
                        sequence,
                        utcMillis,
                        new Body().u8(gap.cause().ordinal()).text(gap.detail()));
            case StreamRecord.Ready _ -> framed(READY, sequence, utcMillis, new Body());
            case StreamRecord.Marker marker ->
                framed(
                        MARKER,
                        sequence,
                        utcMillis,
                        new Body().u8(marker.kind().ordinal()).text(marker.label()));
            case StreamRecord.Disks disks -> framed(DISKS, sequence, utcMillis, new Body().table(disks.table()));
        };
    }

    private static Body openingBody(Note.Opening opening) {
        Epoch epoch = opening.epoch();
        byte[] writer = epoch.writer().getBytes(StandardCharsets.UTF_8);
        return new Body()
                .u64(epoch.number())
                .u64(epoch.parent().epoch())
                .u64(epoch.parent().sequence())
                .u64(opening.readySequence())
                .u64(opening.provenSequence())
                .u8(epoch.cause().ordinal())
                .u16(writer.length)
                .raw(writer)
                .table(opening.disks());
    }

    private static byte[] framed(int kind, long sequence, long utcMillis, Body body) {
        byte[] content = body.bytes.toByteArray();
        return ByteBuffer.allocate(HEAD_BYTES + content.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(kind)
                .putInt(content.length)
                .putLong(sequence)
                .putLong(utcMillis)
                .put(content)
                .array();
    }

    /**
     * Encodes a disk table alone.
     *
     * @param table which
     * @return its bytes
     */
    public static byte[] encodeTable(DiskTable table) {
        return new Body().table(table).bytes.toByteArray();
    }

    /**
     * Decodes notes until the buffer ends.
     *
     * @param bytes from position to limit; the position moves
     * @return the notes in order
     * @throws DamagedException when they are none
     */
    public static List<Note> decodeAll(ByteBuffer bytes) throws DamagedException {
        List<Note> notes = new ArrayList<>();
        while (bytes.hasRemaining()) {
            notes.add(decode(bytes));
        }
        return notes;
    }

    private static Note decode(ByteBuffer bytes) throws DamagedException {
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() < HEAD_BYTES) {
            throw DamagedException.damaged(
                    bytes.remaining() + " bytes left for a note; expected at least " + HEAD_BYTES);
        }
        int kind = bytes.getInt();
        int length = bytes.getInt();
        long sequence = bytes.getLong();
        long utcMillis = bytes.getLong();
        if (length < 0 || length > bytes.remaining()) {
            throw DamagedException.damaged("a note's body of " + length + " bytes; " + bytes.remaining() + " are left");
        }
        ByteBuffer body = bytes.slice(bytes.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.position() + length);
        try {
            Note note = decodeBody(kind, sequence, utcMillis, body);
            if (body.hasRemaining()) {
                throw DamagedException.damaged(body.remaining() + " bytes behind the body of a note of kind " + kind);
            }
            return note;
        } catch (BufferUnderflowException | HoldfastException e) {
            throw DamagedException.damaged("the body of a note of kind " + kind + " is wrong: " + e.getMessage());
        }
    }

    private static Note decodeBody(int kind, long sequence, long utcMillis, ByteBuffer body) throws DamagedException {
        return switch (kind) {
            case PROOF -> new Note.Entry(new StreamRecord.Proof(sequence, utcMillis, body.getLong()));
            case GAP ->
                new Note.Entry(new StreamRecord.Gap(sequence, utcMillis, choose(GapCause.values(), body), rest(body)));
            case READY -> new Note.Entry(new StreamRecord.Ready(sequence, utcMillis));
            case MARKER ->
                new Note.Entry(
                        new StreamRecord.Marker(sequence, utcMillis, choose(MarkerKind.values(), body), rest(body)));
            case DISKS -> new Note.Entry(new StreamRecord.Disks(sequence, utcMillis, decodeTable(body)));
            case EPOCH -> decodeOpening(sequence, utcMillis, body);
            default -> throw DamagedException.damaged("a note of kind " + kind + "; expected 1 to 6");
        };
    }

    private static Note decodeOpening(long sequence, long utcMillis, ByteBuffer body) throws DamagedException {
        long number = body.getLong();
        Position parent = new Position(body.getLong(), body.getLong());
        long ready = body.getLong();
        long proven = body.getLong();
        EpochCause cause = choose(EpochCause.values(), body);
        String writer = text(body, Short.toUnsignedInt(body.getShort()));
        return new Note.Opening(
                new Epoch(number, parent, sequence, cause, writer, utcMillis), ready, proven, decodeTable(body));
    }

    /**
     * Decodes a disk table.
     *
     * @param bytes from its position on, which moves behind the table; little-endian
     * @return the table
     * @throws DamagedException when there is none
     */
    public static DiskTable decodeTable(ByteBuffer bytes) throws DamagedException {
        try {
            int version = bytes.getInt();
            int count = Short.toUnsignedInt(bytes.getShort());
            if (count > DiskDescription.DISKS_MAX) {
                throw DamagedException.damaged(count + " disks; expected at most " + DiskDescription.DISKS_MAX);
            }
            List<DiskDescription> disks = new ArrayList<>(count);
            for (int index = 0; index < count; index++) {
                int number = Byte.toUnsignedInt(bytes.get());
                int logical = 1 << bytes.get();
                int physical = 1 << bytes.get();
                bytes.get();
                long size = bytes.getLong();
                String identity = text(bytes, Short.toUnsignedInt(bytes.getShort()));
                disks.add(new DiskDescription(number, identity, size, logical, physical));
            }
            return new DiskTable(version, disks);
        } catch (BufferUnderflowException | HoldfastException e) {
            throw DamagedException.damaged("a disk table is wrong: " + e.getMessage());
        }
    }

    private static <T> T choose(T[] values, ByteBuffer body) throws DamagedException {
        int index = Byte.toUnsignedInt(body.get());
        if (index >= values.length) {
            throw DamagedException.damaged("value " + index + " of an enumeration of " + values.length);
        }
        return values[index];
    }

    private static String rest(ByteBuffer body) throws DamagedException {
        return text(body, body.remaining());
    }

    private static String text(ByteBuffer bytes, int length) throws DamagedException {
        if (length > TEXT_BYTES_MAX || length > bytes.remaining()) {
            throw DamagedException.damaged("a text of " + length + " bytes; " + bytes.remaining() + " are left");
        }
        ByteBuffer encoded = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(encoded).toString();
        } catch (CharacterCodingException _) {
            throw DamagedException.damaged("a text of " + length + " bytes that is no UTF-8");
        }
    }

    /** Collects a body. */
    private static final class Body {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Body u8(int value) {
            bytes.write(value);
            return this;
        }

        Body u16(int value) {
            return u8(value).u8(value >>> 8);
        }

        Body u32(int value) {
            return u16(value).u16(value >>> 16);
        }

        Body u64(long value) {
            return u32((int) value).u32((int) (value >>> 32));
        }

        Body raw(byte[] value) {
            bytes.writeBytes(value);
            return this;
        }

        Body text(String value) {
            return raw(value.getBytes(StandardCharsets.UTF_8));
        }

        Body table(DiskTable table) {
            u32(table.version()).u16(table.disks().size());
            for (DiskDescription disk : table.disks()) {
                byte[] identity = disk.identity().getBytes(StandardCharsets.UTF_8);
                u8(disk.number())
                        .u8(Integer.numberOfTrailingZeros(disk.logicalSectorBytes()))
                        .u8(Integer.numberOfTrailingZeros(disk.physicalSectorBytes()))
                        .u8(0)
                        .u64(disk.sizeBytes())
                        .u16(identity.length)
                        .raw(identity);
            }
            return this;
        }
    }
}
