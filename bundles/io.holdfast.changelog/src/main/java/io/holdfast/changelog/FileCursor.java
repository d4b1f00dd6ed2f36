package io.holdfast.changelog;

import io.holdfast.base.stream.StreamRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Walks the records of one file, group by group. Stops for good at the first byte that is not what was written. One thread. */
final class FileCursor {

    private final StoredFile stored;
    private final Optional<PayloadCipher> cipher;
    private final Deque<StreamRecord> records = new ArrayDeque<>();
    private long position;
    private @Nullable String damage;

    FileCursor(StoredFile stored, long position) {
        this.stored = stored;
        this.position = position;
        this.cipher = stored.key.map(PayloadCipher::new);
    }

    /** The next record, left where it is; nothing at the readable end or at damage. */
    @Nullable
    StreamRecord peek() throws IOException {
        while (records.isEmpty() && damage == null && position < stored.readableEnd()) {
            readGroup();
        }
        return records.peek();
    }

    void advance() {
        records.remove();
    }

    /** What was found instead of a group, if that is where this cursor stands. */
    Optional<String> damage() {
        return Optional.ofNullable(damage).map(found -> stored.name() + " at " + position + ": " + found);
    }

    private void readGroup() throws IOException {
        Optional<GroupHeader> found = headerAt(stored, position);
        if (found.isEmpty()) {
            damage = "no group header";
            return;
        }
        GroupHeader header = found.get();
        if (header.end() > stored.readableEnd()) {
            damage = "group of " + header.payloadLength() + " bytes reaches beyond the end of the file";
            return;
        }
        ByteBuffer payload = ByteBuffer.allocate(header.payloadLength());
        stored.file.read(position + GroupHeader.BYTES, payload);
        if (payload.hasRemaining() || Blocks.crc(payload.flip(), 0, payload.limit()) != header.payloadCrc()) {
            damage = "wrong checksum of a group";
            return;
        }
        ByteBuffer clear = open(header, payload);
        if (clear == null) {
            damage = "group was not sealed with this key";
            return;
        }
        try {
            records.addAll(RecordCodec.decodeAll(clear, header.recordCount()));
            position = header.end();
        } catch (RecordCodec.MalformedRecordException e) {
            damage = e.getMessage();
        }
    }

    private @Nullable ByteBuffer open(GroupHeader header, ByteBuffer payload) {
        if (cipher.isEmpty()) {
            return payload;
        }
        if (payload.remaining() < PayloadCipher.TAG_BYTES) {
            return null;
        }
        ByteBuffer clear = ByteBuffer.allocate(payload.remaining() - PayloadCipher.TAG_BYTES);
        return cipher.get().open(header, payload, clear) ? clear.flip() : null;
    }

    static Optional<GroupHeader> headerAt(StoredFile stored, long position) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(GroupHeader.BYTES);
        stored.file.read(position, bytes);
        return GroupHeader.decode(bytes.flip(), stored.header.fileId(), position);
    }
}
