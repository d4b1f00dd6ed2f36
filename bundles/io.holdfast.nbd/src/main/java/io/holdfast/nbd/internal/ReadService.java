package io.holdfast.nbd.internal;

import io.holdfast.nbd.NbdContexts;
import io.holdfast.nbd.NbdError;
import io.holdfast.nbd.NbdException;
import io.holdfast.nbd.NbdExport;
import io.holdfast.nbd.NbdExtent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers reads. Content is read before the header in front of it is sent, so that an error never comes too late. With structured replies a
 * long read goes in pieces and zeroes go as holes; otherwise it goes whole. For one thread; each reading thread has its own.
 */
final class ReadService {

    private static final int PIECE_BYTES = 256 << 10;
    private static final int SPARSE_BYTES_LEAST = 8192;
    private static final int RUNS_MAX = 64;

    private final NbdExport export;
    private final Replies replies;
    private final boolean sparse;
    private ByteBuffer reusable = ByteBuffer.allocate(0);

    ReadService(NbdExport export, Replies replies) {
        this.export = export;
        this.replies = replies;
        this.sparse = export.sparseReads() && export.metaContexts().contains(NbdContexts.ALLOCATION);
    }

    /** Answers one read that keeps to the rules. */
    void serve(Request request) throws IOException {
        int length = (int) request.length();
        if (length == 0) {
            if (replies.structured()) {
                replies.none(request.cookie());
            } else {
                replies.done(request.cookie());
            }
        } else if (replies.structured() && !request.has(Protocol.CMD_FLAG_DF)) {
            sendPieces(request, length);
        } else {
            send(request, request.offset(), length, true);
        }
    }

    private void sendPieces(Request request, int length) throws IOException {
        long end = request.offset() + length;
        for (NbdExtent run : runs(request.offset(), length)) {
            long runEnd = run.offset() + run.length();
            if ((run.flags() & NbdContexts.ZERO) != 0) {
                replies.hole(request.cookie(), run.offset(), (int) run.length(), runEnd == end);
                continue;
            }
            for (long at = run.offset(); at < runEnd; ) {
                int piece = (int) Math.min(runEnd - at, PIECE_BYTES);
                send(request, at, piece, at + piece == end);
                at += piece;
            }
        }
    }

    private void send(Request request, long offset, int length, boolean last) throws IOException {
        ByteBuffer message = buffer(Replies.DATA_HEADER_BYTES + length);
        ByteBuffer content = message.slice(Replies.DATA_HEADER_BYTES, length);
        Guarded.run(() -> export.read(offset, content));
        if (content.hasRemaining()) {
            throw new NbdException(NbdError.EIO, "the export left " + content.remaining() + " bytes unread");
        }
        replies.data(request.cookie(), offset, message, last);
    }

    /** A buffer of exactly that size; kept for the next read unless it is large. */
    private ByteBuffer buffer(int bytes) {
        if (bytes > Replies.DATA_HEADER_BYTES + PIECE_BYTES) {
            return ByteBuffer.allocate(bytes);
        }
        if (reusable.capacity() == 0) {
            reusable = ByteBuffer.allocateDirect(Replies.DATA_HEADER_BYTES + PIECE_BYTES);
        }
        return reusable.clear().limit(bytes);
    }

    /** Splits a range where zeroes begin and end; at most {@value #RUNS_MAX} parts, the last of which may hide zeroes. */
    private List<NbdExtent> runs(long offset, int length) throws IOException {
        if (!sparse || length < SPARSE_BYTES_LEAST) {
            return List.of(new NbdExtent(offset, length, 0));
        }
        ExtentList zeroes = new ExtentList(offset, length, RUNS_MAX - 1, NbdContexts.ZERO);
        Guarded.run(() -> export.blockStatus(NbdContexts.ALLOCATION, offset, length, zeroes));
        List<NbdExtent> runs = new ArrayList<>(zeroes.extents());
        long covered = zeroes.coveredBytes();
        if (covered < length) {
            runs.add(new NbdExtent(offset + covered, length - covered, 0));
        }
        return runs;
    }
}
