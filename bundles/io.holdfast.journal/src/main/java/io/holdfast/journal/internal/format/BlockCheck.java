package io.holdfast.journal.internal.format;

import io.holdfast.base.hash.BlockHashAlgorithm;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.ChainDigest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Checks that the parts of a block header agree with each other. */
final class BlockCheck {

    private BlockCheck() {}

    static void check(BlockHeader header) throws DamagedException {
        checkPrefixValues(header);
        if (header.isEpoch()) {
            checkEpoch(header);
        } else {
            checkBatch(header);
        }
    }

    private static void checkPrefixValues(BlockHeader header) throws DamagedException {
        ByteBuffer bytes = header.encoded().order(java.nio.ByteOrder.LITTLE_ENDIAN);
        int kind = bytes.get(BlockLayout.KIND);
        int flags = bytes.get(BlockLayout.FLAGS);
        int hash = bytes.get(BlockLayout.HASH_ALGORITHM);
        boolean known = (kind == BlockLayout.KIND_BATCH || kind == BlockLayout.KIND_EPOCH)
                && (hash == BlockHashAlgorithm.HMAC_SHA256.id() || hash == BlockHashAlgorithm.NH_AES.id())
                && (flags & ~1) == 0
                && bytes.getInt(BlockLayout.FRAME_BYTES_AT) == BlockLayout.FRAME_BYTES
                && Checksums.isZero(bytes, BlockLayout.RESERVED, BlockLayout.PREFIX_BYTES);
        boolean numbered = header.epoch() > 0
                && header.blockNumber() > 0
                && header.firstSequence() > 0
                && header.lastUtcMillis() >= header.firstUtcMillis()
                && (header.blockNumber() == 1) == header.previous().equals(ChainDigest.NONE);
        if (!known || !numbered || header.noteCount() != header.notes().size()) {
            throw DamagedException.damaged(
                    "block " + header.blockNumber() + " has a value or a reserved bit that no block has");
        }
    }

    private static void checkEpoch(BlockHeader header) throws DamagedException {
        boolean right = header.notes().size() == 1
                && header.notes().getFirst() instanceof Note.Opening(var epoch, var ready, var proven, var _)
                && epoch.number() == header.epoch()
                && epoch.firstSequence() == header.firstSequence()
                && epoch.parent().epoch() < epoch.number()
                && epoch.parent().sequence() < epoch.firstSequence()
                && ready >= 0
                && proven >= 0
                && header.extentCount() == 0
                && header.hashCount() == 0
                && header.plaintextLength() == 0
                && header.sequenceCount() == 0;
        if (!right) {
            throw DamagedException.damaged("block " + header.blockNumber() + " opens no epoch rightly");
        }
    }

    /** Every sequence of the batch is taken by extents or by exactly one note, in order; times, hashes and plaintext add up. */
    private static void checkBatch(BlockHeader header) throws DamagedException {
        SequenceWalk walk = new SequenceWalk(header);
        long plaintext = 0;
        long hashes = 0;
        for (int index = 0; index < header.extentCount(); index++) {
            long place = header.extentPlace(index);
            long span = header.extentSpan(index);
            Extent.check(place, span);
            if (Extent.isData(place)) {
                plaintext += Extent.bytes(place, span);
                hashes += Extent.blocks(place, span);
            }
            walk.extent(Extent.sequenceDelta(span), Extent.timeDelta(span));
        }
        walk.end();
        if (plaintext != header.plaintextLength() || hashes != header.hashCount()) {
            throw DamagedException.damaged(
                    "block " + header.blockNumber() + " has extents for " + plaintext + " bytes and " + hashes
                            + " hashes; expected " + header.plaintextLength() + " and " + header.hashCount());
        }
    }

    /** Follows the sequences of a batch through its extents and notes. Proofs take no sequence and stand anywhere among the notes. */
    private static final class SequenceWalk {

        private final BlockHeader header;
        private final List<StreamRecord> sequenced = new ArrayList<>();
        private int next;
        private long last;

        SequenceWalk(BlockHeader header) throws DamagedException {
            this.header = header;
            this.last = header.firstSequence() - 1;
            for (Note note : header.notes()) {
                if (!(note instanceof Note.Entry(var entry))) {
                    throw DamagedException.damaged("block " + header.blockNumber() + " is a batch and opens an epoch");
                }
                if (entry.utcMillis() < header.firstUtcMillis()
                        || entry.utcMillis() > header.lastUtcMillis()
                        || entry.sequence() > header.lastSequence()) {
                    throw wrong(entry.sequence());
                }
                if (!(entry instanceof StreamRecord.Proof)) {
                    sequenced.add(entry);
                }
            }
        }

        void extent(int sequenceDelta, int timeDelta) throws DamagedException {
            long sequence = header.firstSequence() + sequenceDelta;
            notesUpTo(sequence);
            if (sequence != last && sequence != last + 1
                    || header.firstUtcMillis() + timeDelta > header.lastUtcMillis()) {
                throw wrong(sequence);
            }
            last = sequence;
        }

        void end() throws DamagedException {
            notesUpTo(header.lastSequence());
            if (last != header.lastSequence()) {
                throw wrong(header.lastSequence());
            }
        }

        private void notesUpTo(long sequence) throws DamagedException {
            while (next < sequenced.size() && sequenced.get(next).sequence() <= sequence) {
                if (sequenced.get(next).sequence() != last + 1) {
                    throw wrong(sequenced.get(next).sequence());
                }
                last++;
                next++;
            }
        }

        private DamagedException wrong(long sequence) {
            return DamagedException.damaged("block " + header.blockNumber() + " has sequence " + sequence + " after "
                    + last + ", or at a time outside its range");
        }
    }
}
