package io.holdfast.nbd.internal;

import io.holdfast.nbd.NbdCommand;
import io.holdfast.nbd.NbdError;
import io.holdfast.nbd.NbdException;
import io.holdfast.nbd.NbdExtent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes replies from the stream and hands them to the requests they answer. For one thread. */
final class ReplyReader {

    private static final int COOKIE_AND_MORE_BYTES = 12;
    private static final int STRUCTURED_REST_BYTES = 16;
    private static final int EXTENT_BYTES = 8;
    private static final int EXTENTS_MAX = 1 << 20;
    private static final int ERROR_FIXED_BYTES = 6;
    private static final int ERROR_BYTES_MAX = ERROR_FIXED_BYTES + Protocol.STRING_BYTES_MAX + Long.BYTES;

    private final WireInput input;
    private final Map<Long, PendingRequest> pending;
    private final boolean structured;

    ReplyReader(ClientAgreement agreement, Map<Long, PendingRequest> pending) {
        this.input = agreement.input();
        this.structured = agreement.structured();
        this.pending = pending;
    }

    /**
     * Takes the next message.
     *
     * @return the error it carried, or null
     * @throws WireException when the server broke the protocol
     * @throws IOException when the stream ended or failed
     */
    @Nullable
    NbdError next() throws IOException {
        input.require(Integer.BYTES);
        int magic = input.takeInt();
        if (magic == Protocol.SIMPLE_REPLY_MAGIC) {
            return simple();
        }
        if (magic == Protocol.STRUCTURED_REPLY_MAGIC && structured) {
            return chunk();
        }
        throw new WireException("reply begins with 0x" + Integer.toHexString(magic));
    }

    private @Nullable NbdError simple() throws IOException {
        input.require(COOKIE_AND_MORE_BYTES);
        int code = input.takeInt();
        long cookie = input.takeLong();
        PendingRequest request = find(cookie);
        boolean read = request.command() == NbdCommand.READ;
        if (structured && (read || (code == 0 && request.command() == NbdCommand.BLOCK_STATUS))) {
            throw new WireException(
                    "a simple reply to " + request.command() + " although structured replies were agreed");
        }
        NbdError error = code == 0 ? null : NbdError.of(code);
        if (error != null) {
            request.takeError(new NbdException(error, describe(request, error, "")));
        } else if (read && request.length() > 0) {
            request.expectContent(request.offset(), request.length());
            content(request, request.offset(), (int) request.length());
        }
        end(cookie, request);
        return error;
    }

    private @Nullable NbdError chunk() throws IOException {
        input.require(STRUCTURED_REST_BYTES);
        int flags = input.takeShort();
        int type = input.takeShort();
        long cookie = input.takeLong();
        long length = Integer.toUnsignedLong(input.takeInt());
        PendingRequest request = find(cookie);
        boolean last = (flags & Protocol.REPLY_FLAG_DONE) != 0;
        NbdError error = null;
        if ((type & Protocol.REPLY_FLAG_ERROR) != 0) {
            error = error(request, type, length);
        } else {
            switch (type) {
                case Protocol.REPLY_NONE -> requireChunk(length == 0 && last, type, length);
                case Protocol.REPLY_OFFSET_DATA -> data(request, type, length);
                case Protocol.REPLY_OFFSET_HOLE -> hole(request, type, length);
                case Protocol.REPLY_BLOCK_STATUS -> blockStatus(request, type, length);
                default -> throw new WireException("a chunk of type " + type + ", which is not known");
            }
        }
        if (last) {
            end(cookie, request);
        }
        return error;
    }

    private PendingRequest find(long cookie) throws WireException {
        PendingRequest request = pending.get(cookie);
        if (request == null) {
            throw new WireException("an answer to request " + cookie + ", which is not outstanding");
        }
        return request;
    }

    /** Forgets the request only when its answer was whole: what is outstanding is told when the connection fails. */
    private void end(long cookie, PendingRequest request) throws WireException {
        request.complete();
        pending.remove(cookie);
    }

    private static void requireChunk(boolean right, int type, long length) throws WireException {
        if (!right) {
            throw new WireException("a chunk of type " + type + " with " + length + " bytes, which is not its shape");
        }
    }

    private void data(PendingRequest request, int type, long length) throws IOException {
        requireChunk(length > Long.BYTES, type, length);
        input.require(Long.BYTES);
        long offset = input.takeLong();
        request.expectContent(offset, length - Long.BYTES);
        content(request, offset, (int) (length - Long.BYTES));
    }

    private void content(PendingRequest request, long offset, int length) throws IOException {
        int taken = 0;
        while (taken < length) {
            input.require(1);
            taken += request.takeContent(input, offset + taken, length - taken);
        }
    }

    private void hole(PendingRequest request, int type, long length) throws IOException {
        requireChunk(length == Long.BYTES + Integer.BYTES, type, length);
        input.require(Long.BYTES + Integer.BYTES);
        long offset = input.takeLong();
        long bytes = Integer.toUnsignedLong(input.takeInt());
        request.expectContent(offset, bytes);
        request.takeZeroes(offset, (int) bytes);
    }

    private void blockStatus(PendingRequest request, int type, long length) throws IOException {
        long count = (length - Integer.BYTES) / EXTENT_BYTES;
        requireChunk(
                count >= 1 && count <= EXTENTS_MAX && length == Integer.BYTES + count * EXTENT_BYTES, type, length);
        input.require(Integer.BYTES);
        int context = input.takeInt();
        List<NbdExtent> extents = new ArrayList<>();
        long end = request.offset() + request.length();
        long at = request.offset();
        for (int i = 0; i < count; i++) {
            input.require(EXTENT_BYTES);
            long bytes = Integer.toUnsignedLong(input.takeInt());
            int flags = input.takeInt();
            if (bytes == 0 || at >= end) {
                throw new WireException(
                        "extent " + i + " of a block status is empty or begins beyond the range asked about");
            }
            extents.add(new NbdExtent(at, Math.min(bytes, end - at), flags));
            at += bytes;
        }
        request.takeExtents(context, extents);
    }

    private NbdError error(PendingRequest request, int type, long length) throws IOException {
        requireChunk(length >= ERROR_FIXED_BYTES && length <= ERROR_BYTES_MAX, type, length);
        input.require(ERROR_FIXED_BYTES);
        NbdError error = NbdError.of(input.takeInt());
        int textBytes = input.takeShort();
        requireChunk(textBytes <= length - ERROR_FIXED_BYTES, type, length);
        String text = Strings.decodeLenient(input.readBytes(textBytes));
        input.discard(length - ERROR_FIXED_BYTES - textBytes);
        request.takeError(new NbdException(error, describe(request, error, ClientHandshake.shown(text))));
        return error;
    }

    private static String describe(PendingRequest request, NbdError error, String text) {
        String what =
                request.command() + " of " + request.offset() + "+" + request.length() + " was answered with " + error;
        return text.isEmpty() ? what : what + ": " + text;
    }
}
