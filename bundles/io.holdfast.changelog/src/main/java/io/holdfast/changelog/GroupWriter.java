package io.holdfast.changelog;

import io.holdfast.base.stream.StreamRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Appends groups to one file. What was written becomes readable with {@link #sync}. After an {@link IOException} the file takes nothing
 * more. One thread.
 */
final class GroupWriter {

    /** From this payload on a group is written out at once. */
    private static final int GROUP_BYTES_TARGET = 1 << 20;
    /** A buffer that grew beyond this for one large write is given back. */
    private static final int BUFFER_BYTES_KEPT = 4 << 20;

    private static final int BUFFER_BYTES_FIRST = 64 << 10;

    private final StoredFile stored;
    private final RandomGenerator random;
    private final Optional<PayloadCipher> cipher;
    private ByteBuffer payload = ByteBuffer.allocate(BUFFER_BYTES_FIRST);
    private ByteBuffer group = ByteBuffer.allocate(BUFFER_BYTES_FIRST);
    private int count;
    private long groupHighest;
    private long fileHighest;
    private long end = FileHeader.BYTES;
    private boolean dirty;

    GroupWriter(StoredFile stored, RandomGenerator random) {
        this.stored = stored;
        this.random = random;
        this.cipher = stored.key.map(PayloadCipher::new);
    }

    /** The most a record can add to the file when it is written. */
    static long bytesFor(int encodedBytes) {
        return Blocks.roundUp((long) GroupHeader.BYTES + encodedBytes + PayloadCipher.TAG_BYTES);
    }

    void add(StreamRecord entry, long epoch, long syncedSequence) throws IOException {
        int bytes = RecordCodec.encodedBytes(entry);
        if (count > 0 && payload.position() + bytes > GROUP_BYTES_TARGET) {
            writeGroup(epoch, syncedSequence);
        }
        if (payload.remaining() < bytes) {
            payload = grown(payload, payload.position() + bytes);
        }
        RecordCodec.encode(entry, payload);
        count++;
        groupHighest = Math.max(groupHighest, entry.sequence());
    }

    /** Writes what was added, if anything was. */
    void writeAdded(long epoch, long syncedSequence) throws IOException {
        if (count > 0) {
            writeGroup(epoch, syncedSequence);
        }
    }

    /** Writes what was added, or a group without records that only tells what was synced. */
    void writeGroup(long epoch, long syncedSequence) throws IOException {
        payload.flip();
        int length = payload.remaining() + (cipher.isPresent() ? PayloadCipher.TAG_BYTES : 0);
        GroupHeader.Nonce nonce = cipher.isPresent()
                ? new GroupHeader.Nonce(random.nextLong(), random.nextInt())
                : GroupHeader.Nonce.NONE;
        GroupHeader header = new GroupHeader(
                stored.header.fileId(), end, epoch, groupHighest, syncedSequence, count, length, 0, nonce);
        assemble(header);
        stored.groupAt(end, fileHighest);
        dirty = true;
        stored.file.write(end, group);
        end = header.end();
        stored.written(end);
        fileHighest = Math.max(fileHighest, groupHighest);
        count = 0;
        groupHighest = 0;
        payload = payload.capacity() > BUFFER_BYTES_KEPT ? ByteBuffer.allocate(BUFFER_BYTES_FIRST) : payload.clear();
    }

    private void assemble(GroupHeader header) {
        int total = Math.toIntExact(header.end() - header.position());
        if (group.capacity() < total || group.capacity() > BUFFER_BYTES_KEPT) {
            group = ByteBuffer.allocate(Math.max(total, BUFFER_BYTES_FIRST));
        }
        group.clear().limit(total).position(GroupHeader.BYTES);
        if (cipher.isPresent()) {
            cipher.get().seal(header, payload, group);
        } else {
            group.put(payload);
        }
        while (group.hasRemaining()) {
            group.put((byte) 0);
        }
        group.flip();
        header.withPayloadCrc(Blocks.crc(group, GroupHeader.BYTES, header.payloadLength()))
                .encode(group);
        group.rewind();
    }

    /** Forces what was written. Not readable before {@link #publish}. */
    void sync() throws IOException {
        if (dirty) {
            stored.file.force();
            dirty = false;
        }
    }

    void publish() {
        stored.publish(end);
    }

    private static ByteBuffer grown(ByteBuffer buffer, int bytes) {
        ByteBuffer larger = ByteBuffer.allocate(Math.max(bytes, 2 * buffer.capacity()));
        return larger.put(buffer.flip());
    }
}
