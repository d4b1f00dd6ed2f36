package io.holdfast.journal.internal.verify;

import io.holdfast.journal.BlockHash;
import io.holdfast.journal.BlockHasher;
import io.holdfast.journal.LostRange;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.internal.build.FrameOpener;
import io.holdfast.journal.internal.cold.ColdContent;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.BlockLayout;
import io.holdfast.journal.internal.format.ColdTable;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Extent;
import io.holdfast.journal.internal.format.FrameTable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decrypts blocks and compares their content with the keyed hashes in their headers: then each is what was first received. */
final class ContentCheck {

    private final Optional<MachineKeys> keys;
    private long checked;
    private long withoutKey;

    /**
     * Prepares.
     *
     * @param keys of the machine; without them nothing is checked
     */
    ContentCheck(Optional<MachineKeys> keys) {
        this.keys = keys;
    }

    /** How many blocks were compared. */
    long checked() {
        return checked;
    }

    /** How many blocks were sealed with a key that is not among those given. */
    long withoutKey() {
        return withoutKey;
    }

    /**
     * Checks one block whose stored bytes are good.
     *
     * @return the ranges whose content is wrong
     */
    List<LostRange> check(CheckedFile file, long at, BlockHeader header, FrameTable frames, List<ByteBuffer> stored) {
        MachineKeys present = keysFor(header);
        if (present == null) {
            return List.of();
        }
        byte[] plaintext = new byte[header.plaintextLength()];
        int frame = 0;
        try (FrameOpener opener = new FrameOpener(present)) {
            for (; frame < frames.frames(); frame++) {
                if (!frames.isDropped(frame)) {
                    open(opener, header, frames, frame, stored.get(frame), plaintext);
                }
            }
        } catch (DamagedException e) {
            long frameAt =
                    at + header.headerLength() + BlockLayout.frameTableLength(frames.frames()) + frames.start(frame);
            file.findings().damage(file.path(), frameAt, frames.storedLength(frame), String.valueOf(e.getMessage()));
            int first = frame * BlockLayout.FRAME_BYTES;
            return BlockWalk.extentsOf(header, first, first + FrameTable.plaintextLength(header, frame));
        }
        Presence presence = (start, length) -> !isDropped(frames, start, length);
        return compare(file, at, header, presence, plaintext, new BlockHasher(present, header.hashAlgorithm()));
    }

    /**
     * Checks one block that was coded anew and whose stored bytes are good.
     *
     * @return the ranges whose content is wrong
     * @throws DamagedException when the content cannot be opened
     */
    List<LostRange> check(CheckedFile file, long at, BlockHeader header, ColdTable table, ByteBuffer stored)
            throws DamagedException {
        MachineKeys present = keysFor(header);
        if (present == null) {
            return List.of();
        }
        byte[] plaintext = new byte[header.plaintextLength()];
        ColdContent.open(table, stored, header.keyId(), header.digest(), present, plaintext);
        Presence presence = table.pieces()::covers;
        return compare(file, at, header, presence, plaintext, new BlockHasher(present, header.hashAlgorithm()));
    }

    private @Nullable MachineKeys keysFor(BlockHeader header) {
        MachineKeys present = keys.orElse(null);
        if (present == null || header.frameCount() == 0) {
            return null;
        }
        if (!present.has(header.keyId())) {
            withoutKey++;
            return null;
        }
        checked++;
        return present;
    }

    /** Tells whether all of a stretch of plaintext is there. */
    private interface Presence {

        boolean has(int start, int length);
    }

    private static void open(
            FrameOpener opener, BlockHeader header, FrameTable frames, int frame, ByteBuffer stored, byte[] plaintext)
            throws DamagedException {
        opener.open(
                new FrameOpener.Batch(header.codecId(), header.keyId(), header.epoch(), header.digest()),
                new FrameOpener.Frame(frame, stored.array(), 0, stored.limit(), frames.isCompressed(frame)),
                plaintext,
                frame * BlockLayout.FRAME_BYTES,
                FrameTable.plaintextLength(header, frame));
    }

    private static List<LostRange> compare(
            CheckedFile file, long at, BlockHeader header, Presence presence, byte[] plaintext, BlockHasher hasher) {
        byte[] found = new byte[BlockHash.BYTES];
        byte[] wanted = new byte[BlockHash.BYTES];
        for (int index = 0; index < header.extentCount(); index++) {
            long place = header.extentPlace(index);
            if (!Extent.isData(place)) {
                continue;
            }
            int disk = Extent.disk(place);
            long from = Extent.offset(place);
            long end = from + Extent.bytes(place, header.extentSpan(index));
            int hash = header.hashStart(index);
            for (long offset = from; offset < end; hash++) {
                int startInBlock = (int) (offset % BlockHash.BLOCK_BYTES);
                int length = (int) Math.min(BlockHash.BLOCK_BYTES - startInBlock, end - offset);
                int plainAt = header.plaintextStart(index) + (int) (offset - from);
                if (!presence.has(plainAt, length)) {
                    offset += length;
                    continue;
                }
                hasher.hash(disk, offset / BlockHash.BLOCK_BYTES, startInBlock, plaintext, plainAt, length, found, 0);
                header.copyHash(hash, wanted, 0);
                if (!Arrays.equals(found, wanted)) {
                    String detail = "the content of disk " + disk + " at " + offset + " is not what its hash says";
                    file.findings().damage(file.path(), at, header.blockLength(), detail);
                    return BlockWalk.extentsOf(header, 0, header.plaintextLength());
                }
                offset += length;
            }
        }
        return List.of();
    }

    /** Whether cleaning has taken any of a stretch of plaintext, which lies in two frames at most. */
    private static boolean isDropped(FrameTable frames, int plainAt, int length) {
        return frames.isDropped(plainAt / BlockLayout.FRAME_BYTES)
                || frames.isDropped((plainAt + length - 1) / BlockLayout.FRAME_BYTES);
    }
}
