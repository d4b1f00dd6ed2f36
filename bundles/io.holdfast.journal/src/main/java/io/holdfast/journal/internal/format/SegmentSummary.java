package io.holdfast.journal.internal.format;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * What a sealed segment says about itself, read first when a store is opened. Body of an {@link Envelope} "HFF1":
 *
 * <pre>
 * u64 number, u64 firstBlock, u64 lastBlock, u64 firstSequence, u64 lastSequence, u64 firstUtcMillis, u64 lastUtcMillis,
 * u64 plaintextBytes, u64 payloadBytes, u64 fileBytes,
 * five sections (run, block table, fences, wide entries, notes): u64 offset, u32 bytes, u32 count, u32 CRC-32C (0 for paged ones), u32 zero,
 * u32 form (1: coded anew with keys), 28 bytes zero, u32 openings' bytes, u32 count of spans, openings ({@link NoteCodec}), spans ({@link ProvenSpan}),
 * state after the last block ({@link HistoryState})
 * </pre>
 *
 * @param number of the segment
 * @param firstBlock number of its first block
 * @param lastBlock number of its last block
 * @param firstSequence its first sequence
 * @param lastSequence its last sequence, one less than the first when it has none
 * @param firstUtcMillis the earliest source's clock in it
 * @param lastUtcMillis the latest source's clock in it
 * @param plaintextBytes data taken in
 * @param payloadBytes sealed frames
 * @param fileBytes length of the whole file
 * @param isCold whether its blocks were coded anew with keys
 * @param run pages of {@link RunEntry}
 * @param blocks pages of {@link BlockEntry}
 * @param fences the key of each run page's first entry, u64
 * @param wide {@link WideEntry}
 * @param notes each: u32 place of its block in the segment, u32 bytes, note
 * @param openings epochs opened in the segment
 * @param spans stretches of points that began or grew in it
 * @param state after the last block
 */
public record SegmentSummary(
        long number,
        long firstBlock,
        long lastBlock,
        long firstSequence,
        long lastSequence,
        long firstUtcMillis,
        long lastUtcMillis,
        long plaintextBytes,
        long payloadBytes,
        long fileBytes,
        boolean isCold,
        Section run,
        Section blocks,
        Section fences,
        Section wide,
        Section notes,
        List<Note.Opening> openings,
        List<ProvenSpan> spans,
        HistoryState state) {

    /** Bytes of the tail at the very end of a sealed segment. */
    public static final int TAIL_BYTES = 32;

    /** The most bytes of a summary. */
    public static final int BYTES_MAX = 64 << 20;

    private static final int MAGIC = 0x31464648;
    private static final int TAIL_MAGIC = 0x31544648;
    private static final int RESERVED_BYTES = 32;

    /**
     * Where the parts of the index lie.
     *
     * @param run see {@link SegmentSummary#run}
     * @param blocks see {@link SegmentSummary#blocks}
     * @param fences see {@link SegmentSummary#fences}
     * @param wide see {@link SegmentSummary#wide}
     * @param notes see {@link SegmentSummary#notes}
     */
    public record Index(Section run, Section blocks, Section fences, Section wide, Section notes) {

        /** Of a segment that has none. */
        public static final Index NONE =
                new Index(Section.NONE, Section.NONE, Section.NONE, Section.NONE, Section.NONE);
    }

    /**
     * Says the same of a file with another index.
     *
     * @param index where its parts lie
     * @param length of the whole file
     * @return the summary
     */
    public SegmentSummary with(Index index, long length) {
        return new SegmentSummary(
                number,
                firstBlock,
                lastBlock,
                firstSequence,
                lastSequence,
                firstUtcMillis,
                lastUtcMillis,
                plaintextBytes,
                payloadBytes,
                length,
                isCold,
                index.run,
                index.blocks,
                index.fences,
                index.wide,
                index.notes,
                openings,
                spans,
                state);
    }

    /**
     * Says the same of a file that was written anew.
     *
     * @param bytes of sealed content that are left
     * @param cold whether blocks were coded anew with keys
     * @return the summary
     */
    public SegmentSummary withPayload(long bytes, boolean cold) {
        return new SegmentSummary(
                number,
                firstBlock,
                lastBlock,
                firstSequence,
                lastSequence,
                firstUtcMillis,
                lastUtcMillis,
                plaintextBytes,
                bytes,
                fileBytes,
                cold,
                run,
                blocks,
                fences,
                wide,
                notes,
                openings,
                spans,
                state);
    }

    /**
     * Where a part of the index lies.
     *
     * @param offset in the file
     * @param bytes how long
     * @param count entries
     * @param crc CRC-32C of it; 0 for paged sections, whose pages have their own
     */
    public record Section(long offset, int bytes, int count, int crc) {

        private static final Section NONE = new Section(0, 0, 0, 0);

        private void put(ByteBuffer target) {
            target.putLong(offset).putInt(bytes).putInt(count).putInt(crc).putInt(0);
        }

        private static Section get(ByteBuffer source) throws DamagedException {
            Section section = new Section(source.getLong(), source.getInt(), source.getInt(), source.getInt());
            if (source.getInt() != 0 || section.offset < 0 || section.bytes < 0 || section.count < 0) {
                throw DamagedException.damaged("a section of a segment's summary is wrong");
            }
            return section;
        }
    }

    /**
     * Encodes the summary.
     *
     * @return its bytes
     */
    public byte[] encode() {
        ByteBuffer fixed = ByteBuffer.allocate(10 * Long.BYTES + 5 * 24 + RESERVED_BYTES + 8)
                .order(ByteOrder.LITTLE_ENDIAN);
        fixed.putLong(number)
                .putLong(firstBlock)
                .putLong(lastBlock)
                .putLong(firstSequence)
                .putLong(lastSequence)
                .putLong(firstUtcMillis)
                .putLong(lastUtcMillis)
                .putLong(plaintextBytes)
                .putLong(payloadBytes)
                .putLong(fileBytes);
        for (Section section : List.of(run, blocks, fences, wide, notes)) {
            section.put(fixed);
        }
        ByteArrayOutputStream encodedOpenings = new ByteArrayOutputStream();
        openings.forEach(opening -> encodedOpenings.writeBytes(NoteCodec.encode(opening)));
        fixed.putInt(isCold ? 1 : 0)
                .position(fixed.position() + RESERVED_BYTES - Integer.BYTES)
                .putInt(encodedOpenings.size())
                .putInt(spans.size());
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(fixed.array());
        body.writeBytes(encodedOpenings.toByteArray());
        for (ProvenSpan span : spans) {
            body.writeBytes(ByteBuffer.allocate(ProvenSpan.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(span.epoch())
                    .putLong(span.first())
                    .putLong(span.last())
                    .array());
        }
        body.writeBytes(state.encode());
        return Envelope.wrap(MAGIC, body.toByteArray());
    }

    /**
     * Decodes a summary.
     *
     * @param bytes exactly the summary
     * @return what it says
     * @throws DamagedException when it is none
     */
    public static SegmentSummary decode(ByteBuffer bytes) throws DamagedException {
        ByteBuffer body = Envelope.open("a segment's summary", bytes, MAGIC, BYTES_MAX);
        try {
            return new SegmentSummary(
                    body.getLong(),
                    body.getLong(),
                    body.getLong(),
                    body.getLong(),
                    body.getLong(),
                    body.getLong(),
                    body.getLong(),
                    body.getLong(),
                    body.getLong(),
                    body.getLong(),
                    body.getInt(body.position() + 5 * 24) == 1,
                    Section.get(body),
                    Section.get(body),
                    Section.get(body),
                    Section.get(body),
                    Section.get(body),
                    openings(body),
                    spans(body),
                    HistoryState.decode(body));
        } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException _) {
            throw DamagedException.damaged("a segment's summary is shorter than it claims");
        }
    }

    private static List<Note.Opening> openings(ByteBuffer body) throws DamagedException {
        int at = body.position() + RESERVED_BYTES;
        int length = body.getInt(at);
        List<Note.Opening> openings = new ArrayList<>();
        for (Note note : NoteCodec.decodeAll(body.slice(at + 8, length))) {
            if (!(note instanceof Note.Opening opening)) {
                throw DamagedException.damaged("a note that opens no epoch in a segment's summary");
            }
            openings.add(opening);
        }
        return List.copyOf(openings);
    }

    private static List<ProvenSpan> spans(ByteBuffer body) throws DamagedException {
        int at = body.position() + RESERVED_BYTES;
        int count = body.getInt(at + 4);
        body.position(at + 8 + body.getInt(at));
        if (count < 0 || count > body.remaining() / ProvenSpan.BYTES) {
            throw DamagedException.damaged("a segment's summary claims " + count + " spans");
        }
        List<ProvenSpan> spans = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            spans.add(new ProvenSpan(body.getLong(), body.getLong(), body.getLong()));
        }
        return List.copyOf(spans);
    }

    /**
     * Makes the last bytes of the file: u32 CRC-32C of [4, 32), u32 magic "HFT1", u64 offset of the summary, u32 its length, u32 zero, u64 length
     * of the file.
     *
     * @param summaryOffset where the summary starts
     * @param summaryLength how long it is
     * @param fileBytes length of the whole file
     * @return the tail
     */
    public static byte[] encodeTail(long summaryOffset, int summaryLength, long fileBytes) {
        ByteBuffer tail = ByteBuffer.allocate(TAIL_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        tail.putInt(4, TAIL_MAGIC)
                .putLong(8, summaryOffset)
                .putInt(16, summaryLength)
                .putLong(24, fileBytes);
        return tail.putInt(0, Checksums.crc32c(tail, 4, TAIL_BYTES)).array();
    }

    /**
     * Finds the summary.
     *
     * @param tail the last {@link #TAIL_BYTES} bytes of the file
     * @param fileBytes the file's length
     * @return where the summary lies
     * @throws DamagedException when the file has no tail, or one of another length
     */
    public static Section decodeTail(ByteBuffer tail, long fileBytes) throws DamagedException {
        ByteBuffer bytes = tail.slice(0, TAIL_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int length = bytes.getInt(16);
        long offset = bytes.getLong(8);
        if (bytes.getInt(4) != TAIL_MAGIC || Checksums.crc32c(bytes, 4, TAIL_BYTES) != bytes.getInt(0)) {
            throw DamagedException.damaged("the file does not end with its tail");
        }
        if (bytes.getLong(24) != fileBytes
                || length < 0
                || length > BYTES_MAX
                || offset < 0
                || offset + length > fileBytes) {
            throw DamagedException.damaged("the file has " + fileBytes + " bytes; expected " + bytes.getLong(24));
        }
        return new Section(offset, length, 1, 0);
    }
}
