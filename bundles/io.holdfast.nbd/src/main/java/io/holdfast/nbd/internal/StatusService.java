package io.holdfast.nbd.internal;

import io.holdfast.nbd.NbdError;
import io.holdfast.nbd.NbdException;
import io.holdfast.nbd.NbdExport;
import io.holdfast.nbd.NbdExtent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Answers block status requests: one chunk for each selected context. For one thread. */
final class StatusService {

    private static final int EXTENTS_MAX = 1 << 16;
    private static final int ALL_BITS = -1;

    private final NbdExport export;
    private final List<String> contexts;
    private final Replies replies;

    StatusService(NbdExport export, List<String> contexts, Replies replies) {
        this.export = export;
        this.contexts = contexts;
        this.replies = replies;
    }

    /** Answers one request that keeps to the rules. Nothing is sent before every context has answered. */
    void serve(Request request) throws IOException {
        if (request.length() == 0) {
            throw new NbdException(NbdError.EINVAL, "the status of nothing was asked for");
        }
        int extentsMax = request.has(Protocol.CMD_FLAG_REQ_ONE) ? 1 : EXTENTS_MAX;
        List<ByteBuffer> chunks = new ArrayList<>();
        for (int i = 0; i < contexts.size(); i++) {
            String context = contexts.get(i);
            ExtentList found = new ExtentList(request.offset(), request.length(), extentsMax, ALL_BITS);
            Guarded.run(() -> export.blockStatus(context, request.offset(), request.length(), found));
            chunks.add(chunk(i + 1, context, found.extents()));
        }
        for (int i = 0; i < chunks.size(); i++) {
            replies.chunk(request.cookie(), Protocol.REPLY_BLOCK_STATUS, i == chunks.size() - 1, chunks.get(i));
        }
    }

    private static ByteBuffer chunk(int id, String context, List<NbdExtent> extents) throws NbdException {
        if (extents.isEmpty()) {
            throw new NbdException(NbdError.EIO, "the export knows nothing in " + context);
        }
        ByteBuffer chunk = ByteBuffer.allocate(Integer.BYTES + extents.size() * 2 * Integer.BYTES);
        chunk.putInt(id);
        for (NbdExtent extent : extents) {
            chunk.putInt((int) extent.length()).putInt(extent.flags());
        }
        return chunk.flip();
    }
}
