package io.holdfast.journal.internal.ledger;

import io.holdfast.base.HoldfastException;
import io.holdfast.journal.ChainDigest;
import io.holdfast.journal.RetentionPolicy;
import io.holdfast.journal.Sha256;
import io.holdfast.journal.internal.format.DamagedException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The bytes of entries, which are the leaves of the tree; all integers little-endian, ids in their printed order. Head, 16 bytes: u16 kind,
 * 6 bytes zero, u64 utcMillis. Bodies:
 *
 * <pre>
 * 1 begun       16 store, 16 machine, u64 incarnation, u64 adopted, u32 why (0 new, 1 earlier format, 2 lost), u32 zero, 32 public key
 * 2 sealed      file, u64 firstBlock, u64 lastBlock, u64 firstSequence, u64 lastSequence, 32 blocksRoot, 32 chain, u32 adopted, u32 zero
 * 3 cleaned     files (inputs), files (outputs), ranges (kept), text (rule)
 * 4 retired     ranges (retired), files (deleted), ranges (kept), text (rule)
 * 5 set aside   u64 firstBlock, u64 firstSequence, text (reason)
 * 6 signer      32 public key
 * 7 key rotated u64 keyId, text
 * 8 key gone    u64 keyId
 * 9 copied      16 store, u64 incarnation, u64 treeSize, 32 root
 * 10 resumed    u64 adopted, text (reason)
 * 11 lock       u64 lockMillis
 *
 * file    u64 number, u32 generation, u32 zero, u64 fileBytes, 32 SHA-256
 * files   u32 count, files
 * ranges  u32 count, each u64 first, u64 last
 * text    u32 length, UTF-8
 * </pre>
 */
public final class LedgerEntryCodec {

    private static final int HEAD_BYTES = 16;
    private static final int FILE_BYTES = 56;
    private static final int RANGE_BYTES = 16;
    private static final int TEXT_BYTES_MAX = 4 * LedgerEntry.TEXT_CHARACTERS_MAX;
    private static final int FIXED_BYTES = 256;

    private LedgerEntryCodec() {}

    /**
     * Encodes an entry.
     *
     * @param entry what it says
     * @param utcMillis the store's clock, a label
     * @return the leaf's bytes
     * @throws IllegalArgumentException when it names more than an entry may
     */
    public static byte[] encode(LedgerEntry entry, long utcMillis) {
        ByteBuffer bytes = ByteBuffer.allocate(sizeMost(entry)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putShort((short) kindOf(entry)).putShort((short) 0).putInt(0).putLong(utcMillis);
        put(bytes, entry);
        byte[] leaf = new byte[bytes.position()];
        bytes.flip().get(leaf);
        return leaf;
    }

    private static int kindOf(LedgerEntry entry) {
        return switch (entry) {
            case LedgerEntry.Begun _ -> 1;
            case LedgerEntry.Sealed _ -> 2;
            case LedgerEntry.Cleaned _ -> 3;
            case LedgerEntry.Retired _ -> 4;
            case LedgerEntry.SetAside _ -> 5;
            case LedgerEntry.SignerChanged _ -> 6;
            case LedgerEntry.KeyRotated _ -> 7;
            case LedgerEntry.KeyDestroyed _ -> 8;
            case LedgerEntry.Copied _ -> 9;
            case LedgerEntry.Resumed _ -> 10;
            case LedgerEntry.LockSet _ -> 11;
        };
    }

    private static int sizeMost(LedgerEntry entry) {
        int lists = switch (entry) {
            case LedgerEntry.Cleaned(var inputs, var outputs, var _, var kept) ->
                (inputs.size() + outputs.size()) * FILE_BYTES + kept.size() * RANGE_BYTES;
            case LedgerEntry.Retired(var retired, var deleted, var _, var kept) ->
                deleted.size() * FILE_BYTES + (retired.size() + kept.size()) * RANGE_BYTES;
            case LedgerEntry.Begun _,
                    LedgerEntry.Sealed _,
                    LedgerEntry.SetAside _,
                    LedgerEntry.Resumed _,
                    LedgerEntry.SignerChanged _,
                    LedgerEntry.KeyRotated _,
                    LedgerEntry.KeyDestroyed _,
                    LedgerEntry.LockSet _,
                    LedgerEntry.Copied _ -> 0;
        };
        return HEAD_BYTES + FIXED_BYTES + TEXT_BYTES_MAX + lists;
    }

    private static void put(ByteBuffer bytes, LedgerEntry entry) {
        switch (entry) {
            case LedgerEntry.Begun begun -> {
                putUuid(bytes, begun.storeId());
                putUuid(bytes, begun.machine());
                bytes.putLong(begun.incarnation()).putLong(begun.adopted());
                bytes.putInt(begun.why().ordinal()).putInt(0);
                bytes.put(begun.publicKey().toBytes());
            }
            case LedgerEntry.Sealed sealed -> {
                putFile(bytes, sealed.file());
                bytes.putLong(sealed.firstBlock()).putLong(sealed.lastBlock());
                bytes.putLong(sealed.firstSequence()).putLong(sealed.lastSequence());
                bytes.put(sealed.blocksRoot().toBytes()).put(sealed.chain().toBytes());
                bytes.putInt(sealed.adopted() ? 1 : 0).putInt(0);
            }
            case LedgerEntry.Cleaned(var inputs, var outputs, var rule, var kept) -> {
                putFiles(bytes, inputs);
                putFiles(bytes, outputs);
                putRanges(bytes, kept);
                putText(bytes, rule);
            }
            case LedgerEntry.Retired(var retired, var deleted, var rule, var kept) -> {
                putRanges(bytes, retired);
                putFiles(bytes, deleted);
                putRanges(bytes, kept);
                putText(bytes, rule);
            }
            case LedgerEntry.SetAside(var firstBlock, var firstSequence, var reason) -> {
                bytes.putLong(firstBlock).putLong(firstSequence);
                putText(bytes, reason);
            }
            case LedgerEntry.Resumed(var adopted, var reason) -> putText(bytes.putLong(adopted), reason);
            case LedgerEntry.SignerChanged(var publicKey) -> bytes.put(publicKey.toBytes());
            case LedgerEntry.KeyRotated(var keyId, var detail) -> putText(bytes.putLong(keyId), detail);
            case LedgerEntry.KeyDestroyed(var keyId) -> bytes.putLong(keyId);
            case LedgerEntry.LockSet(var lockMillis) -> bytes.putLong(lockMillis);
            case LedgerEntry.Copied copied -> {
                putUuid(bytes, copied.storeId());
                bytes.putLong(copied.incarnation()).putLong(copied.treeSize());
                bytes.put(copied.root().toBytes());
            }
        }
    }

    private static void putFile(ByteBuffer bytes, FileDigest file) {
        bytes.putLong(file.number()).putInt(file.generation()).putInt(0).putLong(file.fileBytes());
        bytes.put(file.sha256().toBytes());
    }

    private static void putFiles(ByteBuffer bytes, List<FileDigest> files) {
        bytes.putInt(requireMost("files", files.size(), LedgerEntry.FILES_MAX));
        files.forEach(file -> putFile(bytes, file));
    }

    private static void putRanges(ByteBuffer bytes, List<SequenceRange> ranges) {
        bytes.putInt(requireMost("stretches", ranges.size(), LedgerEntry.RANGES_MAX));
        ranges.forEach(range -> bytes.putLong(range.first()).putLong(range.last()));
    }

    private static void putText(ByteBuffer bytes, String text) {
        requireMost("characters", text.length(), LedgerEntry.TEXT_CHARACTERS_MAX);
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        bytes.putInt(encoded.length).put(encoded);
    }

    private static int requireMost(String what, int count, int most) {
        if (count > most) {
            throw new IllegalArgumentException(
                    "an entry of a ledger with " + count + " " + what + "; expected at most " + most);
        }
        return count;
    }

    private static void putUuid(ByteBuffer bytes, UUID id) {
        bytes.putLong(Long.reverseBytes(id.getMostSignificantBits()));
        bytes.putLong(Long.reverseBytes(id.getLeastSignificantBits()));
    }

    // ---- decoding

    /**
     * A decoded entry.
     *
     * @param entry what it says
     * @param utcMillis the store's clock when it was made
     */
    public record Decoded(LedgerEntry entry, long utcMillis) {}

    /**
     * Decodes an entry.
     *
     * @param leaf exactly its bytes
     * @return what it says
     * @throws DamagedException when it is none, or of a kind that this version does not know
     */
    public static Decoded decode(byte[] leaf) throws DamagedException {
        ByteBuffer bytes = ByteBuffer.wrap(leaf).order(ByteOrder.LITTLE_ENDIAN);
        try {
            int kind = Short.toUnsignedInt(bytes.getShort());
            if (bytes.getShort() != 0) {
                throw DamagedException.damaged("a reserved word of an entry is not zero");
            }
            requireZero(bytes);
            long utcMillis = bytes.getLong();
            LedgerEntry entry = decode(kind, bytes);
            if (bytes.hasRemaining()) {
                throw DamagedException.damaged(bytes.remaining() + " bytes behind an entry of kind " + kind);
            }
            return new Decoded(entry, utcMillis);
        } catch (BufferUnderflowException | HoldfastException _) {
            throw DamagedException.damaged("an entry of " + leaf.length + " bytes is shorter than it claims");
        }
    }

    private static LedgerEntry decode(int kind, ByteBuffer bytes) throws DamagedException {
        return switch (kind) {
            case 1 -> decodeBegun(bytes);
            case 2 -> decodeSealed(bytes);
            case 3 -> {
                List<FileDigest> inputs = files(bytes);
                List<FileDigest> outputs = files(bytes);
                List<SequenceRange> kept = ranges(bytes);
                yield new LedgerEntry.Cleaned(inputs, outputs, text(bytes), kept);
            }
            case 4 -> {
                List<SequenceRange> retired = ranges(bytes);
                List<FileDigest> deleted = files(bytes);
                List<SequenceRange> kept = ranges(bytes);
                yield new LedgerEntry.Retired(retired, deleted, text(bytes), kept);
            }
            case 5 -> new LedgerEntry.SetAside(bytes.getLong(), bytes.getLong(), text(bytes));
            case 6 -> new LedgerEntry.SignerChanged(hash(bytes));
            case 7 -> new LedgerEntry.KeyRotated(bytes.getLong(), text(bytes));
            case 8 -> new LedgerEntry.KeyDestroyed(bytes.getLong());
            case 9 -> new LedgerEntry.Copied(uuid(bytes), bytes.getLong(), bytes.getLong(), hash(bytes));
            case 10 -> new LedgerEntry.Resumed(bytes.getLong(), text(bytes));
            case 11 -> decodeLock(bytes);
            default -> throw DamagedException.newer("an entry of a ledger", kind, 11);
        };
    }

    private static LedgerEntry decodeLock(ByteBuffer bytes) throws DamagedException {
        long lockMillis = bytes.getLong();
        if (lockMillis < 0 || lockMillis > RetentionPolicy.LOCK_MILLIS_MAX) {
            throw DamagedException.damaged("an entry sets a lock of " + lockMillis + " ms");
        }
        return new LedgerEntry.LockSet(lockMillis);
    }

    private static LedgerEntry decodeBegun(ByteBuffer bytes) throws DamagedException {
        UUID store = uuid(bytes);
        UUID machine = uuid(bytes);
        long incarnation = bytes.getLong();
        long adopted = bytes.getLong();
        int why = bytes.getInt();
        if (why < 0 || why >= LedgerEntry.Beginning.values().length) {
            throw DamagedException.damaged("a ledger was begun for reason " + why);
        }
        requireZero(bytes);
        return new LedgerEntry.Begun(
                store, machine, incarnation, LedgerEntry.Beginning.values()[why], adopted, hash(bytes));
    }

    private static LedgerEntry decodeSealed(ByteBuffer bytes) throws DamagedException {
        FileDigest file = file(bytes);
        long firstBlock = bytes.getLong();
        long lastBlock = bytes.getLong();
        long firstSequence = bytes.getLong();
        long lastSequence = bytes.getLong();
        Sha256 blocksRoot = hash(bytes);
        ChainDigest chain = ChainDigest.of(hash(bytes).toBytes());
        int adopted = bytes.getInt();
        if (adopted != 0 && adopted != 1) {
            throw DamagedException.damaged("a flag of an entry is " + adopted);
        }
        requireZero(bytes);
        return new LedgerEntry.Sealed(
                file, firstBlock, lastBlock, firstSequence, lastSequence, blocksRoot, chain, adopted == 1);
    }

    private static FileDigest file(ByteBuffer bytes) throws DamagedException {
        long number = bytes.getLong();
        int generation = bytes.getInt();
        requireZero(bytes);
        return new FileDigest(number, generation, bytes.getLong(), hash(bytes));
    }

    private static List<FileDigest> files(ByteBuffer bytes) throws DamagedException {
        int count = count(bytes, FILE_BYTES);
        List<FileDigest> files = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            files.add(file(bytes));
        }
        return List.copyOf(files);
    }

    private static List<SequenceRange> ranges(ByteBuffer bytes) throws DamagedException {
        int count = count(bytes, RANGE_BYTES);
        List<SequenceRange> ranges = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            SequenceRange range = new SequenceRange(bytes.getLong(), bytes.getLong());
            if (range.first() < 1 || range.last() < range.first()) {
                throw DamagedException.damaged("an entry names sequences " + range.first() + " to " + range.last());
            }
            ranges.add(range);
        }
        return List.copyOf(ranges);
    }

    private static int count(ByteBuffer bytes, int each) throws DamagedException {
        int count = bytes.getInt();
        if (count < 0 || count > bytes.remaining() / each) {
            throw DamagedException.damaged("an entry of a ledger claims a list of " + count);
        }
        return count;
    }

    private static String text(ByteBuffer bytes) throws DamagedException {
        byte[] text = new byte[count(bytes, 1)];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static Sha256 hash(ByteBuffer bytes) {
        byte[] hash = new byte[Sha256.BYTES];
        bytes.get(hash);
        return Sha256.of(hash);
    }

    private static UUID uuid(ByteBuffer bytes) {
        return new UUID(Long.reverseBytes(bytes.getLong()), Long.reverseBytes(bytes.getLong()));
    }

    private static void requireZero(ByteBuffer bytes) throws DamagedException {
        if (bytes.getInt() != 0) {
            throw DamagedException.damaged("a reserved word of an entry is not zero");
        }
    }
}
