package io.holdfast.adapter.kvm.guard;

import io.holdfast.adapter.kvm.unix.UnixConnection;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Carries one reader's NBD connection. Towards QEMU it goes message by message, so that a reader that dies leaves no half message, no
 * good-bye and no change of content gets through; towards the reader bytes go as they come. Ends when QEMU has closed its side.
 */
final class NbdRelay {

    private static final long OPTION_MAGIC = 0x4948_4156_454F_5054L;
    private static final int REQUEST_MAGIC = 0x2560_9513;
    private static final int CLIENT_FLAGS_BYTES = 4;
    private static final int OPTION_HEADER_BYTES = 16;
    private static final int OPTION_AT_LENGTH = 12;
    private static final int REQUEST_BYTES = 28;
    private static final int REQUEST_AT_TYPE = 6;
    private static final int READ = 0;
    private static final int BLOCK_STATUS = 7;

    /** Our names of exports and contexts have some tens of bytes. */
    private static final int OPTION_BYTES_MAX = 8 << 10;

    /** For each of up to 256 readers, half of what the guard may have outside its heap. */
    private static final int BUFFER_BYTES = 64 << 10;

    private static final Duration POLL = Duration.ofSeconds(60);

    private final UnixConnection outside;
    private final UnixConnection inside;
    private volatile boolean readerGone;

    NbdRelay(UnixConnection outside, UnixConnection inside) {
        this.outside = outside;
        this.inside = inside;
    }

    /** Carries until QEMU's side ends. */
    void run() {
        Thread.ofPlatform().daemon().name("holdfast-guard-requests").start(this::carryRequests);
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        try {
            while (true) {
                buffer.clear();
                int count = inside.read(buffer, POLL);
                if (count < 0) {
                    return;
                }
                if (!readerGone) {
                    deliver(buffer.flip());
                }
            }
        } catch (IOException _) {
            // QEMU is gone, or it closed the connection while it was read
        }
    }

    private void deliver(ByteBuffer replies) {
        try {
            outside.write(replies, POLL);
        } catch (IOException _) {
            // what QEMU still answers is taken and dropped, so that it never waits for us
            readerGone = true;
        }
    }

    private void carryRequests() {
        ByteBuffer buffer = ByteBuffer.allocate(OPTION_HEADER_BYTES + OPTION_BYTES_MAX);
        try {
            take(buffer, CLIENT_FLAGS_BYTES);
            inside.write(buffer.flip(), POLL);
            while (carryOne(buffer.clear())) {
                // the next message follows
            }
        } catch (IOException _) {
            // the reader is gone, or QEMU; the other direction notices which
        }
        readerGone = true;
        outside.close();
    }

    /** Carries an option or a request; false at the reader's good-bye or at something that no reader of ours sends. */
    private boolean carryOne(ByteBuffer buffer) throws IOException {
        take(buffer, Integer.BYTES);
        if (buffer.getInt(0) == REQUEST_MAGIC) {
            take(buffer, REQUEST_BYTES);
            int type = buffer.getShort(REQUEST_AT_TYPE);
            if (type != READ && type != BLOCK_STATUS) {
                return false;
            }
        } else {
            take(buffer, OPTION_HEADER_BYTES);
            int length = buffer.getInt(OPTION_AT_LENGTH);
            if (buffer.getLong(0) != OPTION_MAGIC || length < 0 || length > OPTION_BYTES_MAX) {
                return false;
            }
            take(buffer, OPTION_HEADER_BYTES + length);
        }
        inside.write(buffer.flip(), POLL);
        return true;
    }

    /** Reads until so many bytes of the message are there. */
    private void take(ByteBuffer buffer, int bytes) throws IOException {
        buffer.limit(bytes);
        while (buffer.hasRemaining()) {
            if (outside.read(buffer, POLL) < 0) {
                throw new EOFException("the reader is gone");
            }
        }
        buffer.limit(buffer.capacity());
    }
}
