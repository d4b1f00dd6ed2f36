package io.holdfast.journal.internal.format;

import java.nio.ByteBuffer;

/** What a sealed segment has of a block that is no stub: its header, and frames or a content that was coded anew. */
public final class LeftBlock {

    private LeftBlock() {}

    /**
     * Checks it against its checksums.
     *
     * @param block all that is left, and nothing else
     * @return its header
     * @throws DamagedException when anything of it is wrong
     */
    public static BlockHeader check(ByteBuffer block) throws DamagedException {
        BlockHeader header = BlockHeader.decode(block);
        if (header.headerLength() > block.remaining()) {
            throw DamagedException.damaged("it ends within its header");
        }
        ByteBuffer rest = block.slice(header.headerLength(), block.remaining() - header.headerLength());
        if (ColdTable.startsAt(rest)) {
            ColdTable cold = ColdTable.decode(header, rest);
            cold.check(rest.slice(cold.tableLength(), rest.remaining() - cold.tableLength()));
        } else {
            FrameTable frames = FrameTable.decode(header, rest, block.remaining());
            int table = BlockLayout.frameTableLength(frames.frames());
            frames.checkPayload(rest.slice(table, rest.remaining() - table));
        }
        return header;
    }
}
