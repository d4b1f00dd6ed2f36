package io.holdfast.wire;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.hash.BlockHashKey;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskRange;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.base.stream.StreamRecord;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One message of a replication session. A session carries the stream of one machine, from a mobility agent to a process server or from a
 * process server to a master target. The side that connected is the <i>source</i>, the other the <i>store</i>; each message says which
 * of them may send it.
 *
 * <p>Every message checks its own ranges when it is made and throws a {@link HoldfastException} with {@link ErrorCode#INVALID_ARGUMENT}
 * that names what is out of range. Buffers in messages are read-only views; neither their content nor their position may be changed:
 * duplicate before reading with relative calls.
 *
 * @since 1.0
 */
public sealed interface Message {

    /**
     * What this message takes of the credit that the store has given.
     *
     * @return bytes; 0 for everything but {@link Records} and {@link Batch}
     */
    default long creditBytes() {
        return 0;
    }

    /**
     * Source to store, first message of a session: who speaks and for which machine.
     *
     * @param minVersion lowest protocol version the source speaks, at least 1
     * @param maxVersion highest protocol version the source speaks, at least {@code minVersion}
     * @param software name and version of the sending software, for people
     * @param node the sending node
     * @param machine the machine whose stream this session carries
     */
    record Hello(int minVersion, int maxVersion, String software, UUID node, MachineId machine) implements Message {
        public Hello {
            Checks.range("lowest version", minVersion, 1, WireLimits.VERSIONS_MAX);
            Checks.range("highest version", maxVersion, minVersion, WireLimits.VERSIONS_MAX);
            Checks.text("software", software, WireLimits.NAME_CHARACTERS_MAX);
        }
    }

    /**
     * Store to source, answers {@link Hello}: where the store stands.
     *
     * @param version the protocol version of everything that follows
     * @param head the newest durable position
     * @param provenSequence the newest proven sequence, at most that of {@code head}
     * @param disks the disk table in force at {@code head}; {@link DiskTable#NONE} for a machine the store does not know yet
     * @param chainDigest digest of the newest durable batch, exactly {@link WireLimits#DIGEST_BYTES} bytes; zeroes before the first
     * @param lastUtcMillis the source's clock at {@code head}; a source never goes below it
     * @param creditBytes what may be sent before more {@link Credit} arrives
     * @param hashKey the key of the machine's block hashes and what it is used with; nothing where the answering side does not hold it
     */
    record Welcome(
            int version,
            Position head,
            long provenSequence,
            DiskTable disks,
            ByteBuffer chainDigest,
            long lastUtcMillis,
            long creditBytes,
            Optional<BlockHashKey> hashKey)
            implements Message {
        public Welcome {
            Checks.range("version", version, 1, WireLimits.VERSIONS_MAX);
            Checks.range("proven sequence", provenSequence, 0, head.sequence());
            Checks.disks(disks);
            Checks.range(
                    "chain digest length", chainDigest.remaining(), WireLimits.DIGEST_BYTES, WireLimits.DIGEST_BYTES);
            Checks.range("credit", creditBytes, 0, Long.MAX_VALUE);
            chainDigest = chainDigest.asReadOnlyBuffer();
        }

        /**
         * Gives the chain digest.
         *
         * @return a copy of its {@link WireLimits#DIGEST_BYTES} bytes
         */
        public byte[] chainDigestBytes() {
            return Checks.copy(chainDigest);
        }
    }

    /**
     * Source to store: opens an epoch, if the store's head is still the one expected. Lost races and stale writers are answered by
     * {@link Refused} with {@link ErrorCode#EPOCH_STALE}.
     *
     * @param expectedHead the head the source saw in {@link Welcome}
     * @param parent the position the new epoch continues; below the head where history branches
     * @param cause why
     * @param writer who will write in it, for people
     * @param epochSeen the highest epoch the source has ever seen for this machine, 0 if none; the new epoch is above it, so that a store
     *     that was set back to an older copy of itself gives no position twice
     * @param bootId changes with each start of the source's hypervisor process or operating system; the zero id when unknown
     */
    record OpenEpoch(
            Position expectedHead, Position parent, EpochCause cause, String writer, long epochSeen, UUID bootId)
            implements Message {
        public OpenEpoch {
            Checks.text("writer", writer, WireLimits.NAME_CHARACTERS_MAX);
            Checks.range("epoch seen", epochSeen, 0, WireLimits.EPOCH_MAX);
        }
    }

    /**
     * Store to source, answers {@link OpenEpoch}: the epoch is open, durably.
     *
     * @param head the new epoch with the sequence the store had; the first record of the epoch has the next sequence
     * @param parent the position the epoch continues
     * @param blockNumber number of the store's newest block of this machine; the first batch of the epoch takes the next one
     * @param chainDigest digest of that block, exactly {@link WireLimits#DIGEST_BYTES} bytes
     * @param disks the disk table in force at {@code parent}
     * @param lastUtcMillis the source's clock at {@code parent}; a source never goes below it
     */
    record EpochOpened(
            Position head,
            Position parent,
            long blockNumber,
            ByteBuffer chainDigest,
            DiskTable disks,
            long lastUtcMillis)
            implements Message {
        public EpochOpened {
            Checks.range("epoch", head.epoch(), 1, WireLimits.EPOCH_MAX);
            Checks.range("block number", blockNumber, 0, Long.MAX_VALUE);
            Checks.range(
                    "chain digest length", chainDigest.remaining(), WireLimits.DIGEST_BYTES, WireLimits.DIGEST_BYTES);
            Checks.disks(disks);
            chainDigest = chainDigest.asReadOnlyBuffer();
        }
    }

    /**
     * Source to store on the first hop: records of the stream, in order.
     *
     * @param epoch the epoch they belong to, at least 1
     * @param records at least one, the sequences of all but the proofs one after another; a sender closes the message when its
     *     {@link #creditBytes()} reaches {@link WireLimits#RECORDS_BYTES_TARGET}
     */
    record Records(long epoch, List<StreamRecord> records) implements Message {
        public Records {
            Checks.range("epoch", epoch, 1, WireLimits.EPOCH_MAX);
            records = List.copyOf(records);
            Checks.range("record count", records.size(), 1, WireLimits.RECORDS_MAX);
            RecordChecks.check(records);
        }

        /**
         * What one record takes of the credit: its data and a little for itself.
         *
         * @param streamRecord any record
         * @return bytes, at least {@link WireLimits#RECORD_CREDIT_BYTES}
         */
        public static long creditBytes(StreamRecord streamRecord) {
            long dataBytes = streamRecord instanceof StreamRecord.Change change
                    ? change.data().remaining()
                    : 0;
            return WireLimits.RECORD_CREDIT_BYTES + dataBytes;
        }

        @Override
        public long creditBytes() {
            long bytes = 0;
            for (StreamRecord streamRecord : records) {
                bytes += creditBytes(streamRecord);
            }
            return bytes;
        }
    }

    /**
     * Source to store on the second hop: one sealed batch, opaque to the protocol.
     *
     * @param epoch the epoch it belongs to, at least 1
     * @param firstSequence first sequence in it, at least 1
     * @param lastSequence last sequence in it; {@code firstSequence - 1} for a batch of proofs alone
     * @param bytes the batch as it will be stored
     */
    record Batch(long epoch, long firstSequence, long lastSequence, ByteBuffer bytes) implements Message {
        public Batch {
            Checks.range("epoch", epoch, 1, WireLimits.EPOCH_MAX);
            Checks.range("first sequence", firstSequence, 1, Long.MAX_VALUE);
            Checks.range("last sequence", lastSequence, firstSequence - 1, Long.MAX_VALUE);
            Checks.range("batch length", bytes.remaining(), 1, WireLimits.BATCH_BYTES_MAX);
            bytes = bytes.asReadOnlyBuffer();
        }

        @Override
        public long creditBytes() {
            return bytes.remaining();
        }
    }

    /**
     * Store to source: everything up to here is durable in the recovery store and may be forgotten.
     *
     * @param epoch the epoch of the newest durable record
     * @param sequence the newest durable sequence
     * @param provenSequence the newest proven sequence, at most {@code sequence}
     */
    record Durable(long epoch, long sequence, long provenSequence) implements Message {
        public Durable {
            Checks.range("epoch", epoch, 0, WireLimits.EPOCH_MAX);
            Checks.range("sequence", sequence, 0, Long.MAX_VALUE);
            Checks.range("proven sequence", provenSequence, 0, sequence);
        }
    }

    /**
     * Store to source: more may be sent.
     *
     * @param bytes added to what is left, at least 1
     */
    record Credit(long bytes) implements Message {
        public Credit {
            Checks.range("credit", bytes, 1, Long.MAX_VALUE);
        }
    }

    /**
     * Source to store: asks for the keyed hashes of what the store holds, for scan and compare.
     *
     * @param id returned in the answer; unique among the questions under way in this session
     * @param disk number of the disk
     * @param firstBlock first block of 4 KiB; a multiple of {@link WireLimits#BLOCKS_PER_MEBIBYTE} when {@code perMebibyte}
     * @param count how many hashes, 1 to {@link WireLimits#HASHES_MAX}
     * @param perMebibyte one hash over the hashes of each MiB instead of one for each block
     */
    record HashQuery(long id, int disk, long firstBlock, int count, boolean perMebibyte) implements Message {
        public HashQuery {
            Checks.range("disk number", disk, 0, DiskDescription.DISKS_MAX - 1);
            Checks.range("first block", firstBlock, 0, WireLimits.BLOCKS_MAX);
            Checks.range("hash count", count, 1, WireLimits.HASHES_MAX);
            if (perMebibyte) {
                Checks.range("first block within its MiB", firstBlock % WireLimits.BLOCKS_PER_MEBIBYTE, 0, 0);
            }
        }
    }

    /**
     * Store to source, answers {@link HashQuery}.
     *
     * @param id of the question
     * @param hashes {@link WireLimits#HASH_BYTES} bytes for each hash asked for; three values that no hash takes are all bytes 0x00 for
     *     zeroes, all 0xFE for a discarded range and all 0xFF for unknown
     */
    record HashAnswer(long id, ByteBuffer hashes) implements Message {
        public HashAnswer {
            Checks.range("hashes length", hashes.remaining(), 0, WireLimits.HASHES_MAX * WireLimits.HASH_BYTES);
            Checks.range("last hash's length", hashes.remaining() % WireLimits.HASH_BYTES, 0, 0);
            hashes = hashes.asReadOnlyBuffer();
        }
    }

    /**
     * Store to source: these ranges of the newest state were found damaged. The source reads them again and sends them as copies; until then
     * points lack them.
     *
     * @param ranges 1 to {@link WireLimits#LOST_RANGES_MAX}
     */
    record Lost(List<DiskRange> ranges) implements Message {
        public Lost {
            Checks.range("range count", ranges.size(), 1, WireLimits.LOST_RANGES_MAX);
            ranges = List.copyOf(ranges);
        }
    }

    /**
     * Either side: an error that ends the session. The sender closes after it.
     *
     * @param code the error's name
     * @param object the thing that is wrong
     * @param message what was found and what would be right
     */
    record Refused(ErrorCode code, String object, String message) implements Message {
        public Refused {
            Checks.text("object", object, WireLimits.OBJECT_CHARACTERS_MAX);
            Checks.text("message", message, WireLimits.MESSAGE_CHARACTERS_MAX);
        }

        /**
         * Tells an error to the peer; texts that are too long are cut.
         *
         * @param error what happened
         * @return the message
         */
        public static Refused of(HoldfastException error) {
            String text = Optional.ofNullable(error.getMessage()).orElse("");
            String prefix = error.object() + ": ";
            return new Refused(
                    error.code(),
                    Checks.cut(error.object(), WireLimits.OBJECT_CHARACTERS_MAX),
                    Checks.cut(
                            text.startsWith(prefix) ? text.substring(prefix.length()) : text,
                            WireLimits.MESSAGE_CHARACTERS_MAX));
        }

        /**
         * Turns what the peer told into an error of this side.
         *
         * @return an exception with the same code, object and message
         */
        public HoldfastException toException() {
            return new HoldfastException(code, object, message);
        }
    }

    /**
     * Either side: ends the session in order. Nothing follows.
     *
     * @param reason for people
     */
    record Bye(String reason) implements Message {
        public Bye {
            Checks.text("reason", reason, WireLimits.OBJECT_CHARACTERS_MAX);
        }

        /**
         * Tells a reason to the peer; one that is too long is cut.
         *
         * @param reason for people
         * @return the message
         */
        public static Bye of(String reason) {
            return new Bye(Checks.cut(reason, WireLimits.OBJECT_CHARACTERS_MAX));
        }
    }

    /**
     * Either side: says "still here" and asks the same.
     *
     * @param nonce returned in {@link Pong}
     */
    record Ping(long nonce) implements Message {}

    /**
     * Either side, answers {@link Ping}.
     *
     * @param nonce of the {@link Ping}
     */
    record Pong(long nonce) implements Message {}
}
