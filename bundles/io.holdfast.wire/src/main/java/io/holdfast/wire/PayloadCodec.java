package io.holdfast.wire;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.hash.BlockHashAlgorithm;
import io.holdfast.base.hash.BlockHashKey;
import io.holdfast.base.stream.DiskRange;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.base.stream.StreamRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The payloads of all messages, field by field, as {@code docs/protocol/replication.md} lists them. */
final class PayloadCodec {

    /** Length of one range of {@code Lost}. */
    static final int LOST_RANGE_BYTES = 18;

    private PayloadCodec() {}

    static List<ByteBuffer> write(Message message) {
        PayloadWriter out = new PayloadWriter();
        switch (message) {
            case Message.Hello hello ->
                out.u16(hello.minVersion())
                        .u16(hello.maxVersion())
                        .uuid(hello.node())
                        .uuid(hello.machine().value())
                        .text(hello.software());
            case Message.Welcome welcome -> writeWelcome(out, welcome);
            case Message.OpenEpoch open -> {
                position(out, open.expectedHead());
                position(out, open.parent());
                out.i64(open.epochSeen()).uuid(open.bootId());
                out.u8(Codes.of(open.cause())).text(open.writer());
            }
            case Message.EpochOpened opened -> {
                position(out, opened.head());
                position(out, opened.parent());
                out.i64(opened.blockNumber()).i64(opened.lastUtcMillis()).data(opened.chainDigest());
                RecordCodec.write(out, opened.disks());
            }
            case Message.Records records -> {
                out.i64(records.epoch()).u32(records.records().size());
                records.records().forEach(streamRecord -> RecordCodec.write(out, streamRecord));
            }
            case Message.Batch batch ->
                out.i64(batch.epoch())
                        .i64(batch.firstSequence())
                        .i64(batch.lastSequence())
                        .data(batch.bytes());
            case Message.Durable durable ->
                out.i64(durable.epoch()).i64(durable.sequence()).i64(durable.provenSequence());
            case Message.Credit credit -> out.i64(credit.bytes());
            case Message.HashQuery query ->
                out.i64(query.id())
                        .u16(query.disk())
                        .u8(query.perMebibyte() ? 1 : 0)
                        .u8(0)
                        .u32(query.count())
                        .i64(query.firstBlock());
            case Message.HashAnswer answer -> out.i64(answer.id()).data(answer.hashes());
            case Message.Refused refused ->
                out.text(refused.code().name()).text(refused.object()).text(refused.message());
            case Message.Bye bye -> out.text(bye.reason());
            case Message.Ping ping -> out.i64(ping.nonce());
            case Message.Pong pong -> out.i64(pong.nonce());
            case Message.Lost lost -> {
                out.u16(lost.ranges().size());
                lost.ranges()
                        .forEach(range ->
                                out.u16(range.disk()).i64(range.offset()).i64(range.length()));
            }
        }
        return out.finish();
    }

    private static void writeWelcome(PayloadWriter out, Message.Welcome welcome) {
        out.u16(welcome.version())
                .u8(welcome.hashKey().map(key -> key.algorithm().id()).orElse(0))
                .u8(0);
        position(out, welcome.head());
        out.i64(welcome.provenSequence())
                .i64(welcome.lastUtcMillis())
                .i64(welcome.creditBytes())
                .data(welcome.chainDigest());
        byte[] keyBytes = welcome.hashKey().map(BlockHashKey::bytes).orElse(new byte[0]);
        out.u16(keyBytes.length).data(ByteBuffer.wrap(keyBytes));
        RecordCodec.write(out, welcome.disks());
    }

    private static void position(PayloadWriter out, Position position) {
        out.i64(position.epoch()).i64(position.sequence());
    }

    /**
     * Reads a payload whole.
     *
     * @throws HoldfastException with {@link ErrorCode#PROTOCOL_ERROR} when a field is out of its range
     */
    static Message read(MessageType type, ByteBuffer payload) {
        PayloadReader in = new PayloadReader(payload);
        try {
            Message message = read(type, in);
            in.end();
            return message;
        } catch (HoldfastException e) {
            String text = "message " + type + ", " + e.getMessage();
            throw new HoldfastException(ErrorCode.PROTOCOL_ERROR, "frame", text, e);
        }
    }

    private static Message read(MessageType type, PayloadReader in) {
        return switch (type) {
            case HELLO -> readHello(in);
            case WELCOME -> readWelcome(in);
            case OPEN_EPOCH -> readOpenEpoch(in);
            case EPOCH_OPENED -> readEpochOpened(in);
            case RECORDS -> readRecords(in);
            case BATCH -> new Message.Batch(in.i64(), in.i64(), in.i64(), in.rest());
            case DURABLE -> new Message.Durable(in.i64(), in.i64(), in.i64());
            case CREDIT -> new Message.Credit(in.i64());
            case HASH_QUERY -> readHashQuery(in);
            case HASH_ANSWER -> new Message.HashAnswer(in.i64(), in.rest());
            case REFUSED ->
                Codes.refused(
                        in.text(Codes.ERROR_NAME_CHARACTERS_MAX),
                        in.text(WireLimits.OBJECT_CHARACTERS_MAX),
                        in.text(WireLimits.MESSAGE_CHARACTERS_MAX));
            case BYE -> new Message.Bye(in.text(WireLimits.OBJECT_CHARACTERS_MAX));
            case PING -> new Message.Ping(in.i64());
            case PONG -> new Message.Pong(in.i64());
            case LOST -> readLost(in);
        };
    }

    private static Message readHello(PayloadReader in) {
        int minVersion = in.u16();
        int maxVersion = in.u16();
        UUID node = in.uuid();
        UUID machine = in.uuid();
        String software = in.text(WireLimits.NAME_CHARACTERS_MAX);
        return new Message.Hello(minVersion, maxVersion, software, node, new MachineId(machine));
    }

    private static Message readWelcome(PayloadReader in) {
        int version = in.u16();
        int hashAlgorithm = in.u8();
        in.zeroes(1);
        Position head = position(in);
        long provenSequence = in.i64();
        long lastUtcMillis = in.i64();
        long creditBytes = in.i64();
        ByteBuffer chainDigest = in.data(WireLimits.DIGEST_BYTES);
        Optional<BlockHashKey> hashKey = hashKey(hashAlgorithm, in.data(in.u16()));
        DiskTable disks = RecordCodec.readDiskTable(in);
        return new Message.Welcome(
                version, head, provenSequence, disks, chainDigest, lastUtcMillis, creditBytes, hashKey);
    }

    private static Optional<BlockHashKey> hashKey(int algorithm, ByteBuffer bytes) {
        if (algorithm == 0 && !bytes.hasRemaining()) {
            return Optional.empty();
        }
        Checks.range("hash key length", bytes.remaining(), BlockHashKey.BYTES, BlockHashKey.BYTES);
        BlockHashAlgorithm known = BlockHashAlgorithm.of(algorithm)
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.PROTOCOL_ERROR, "hash algorithm", algorithm + " given; expected 1 or 2"));
        return Optional.of(new BlockHashKey(known, Checks.copy(bytes)));
    }

    private static Message readOpenEpoch(PayloadReader in) {
        Position expectedHead = position(in);
        Position parent = position(in);
        long epochSeen = in.i64();
        UUID bootId = in.uuid();
        EpochCause cause = Codes.epochCause(in.u8());
        String writer = in.text(WireLimits.NAME_CHARACTERS_MAX);
        return new Message.OpenEpoch(expectedHead, parent, cause, writer, epochSeen, bootId);
    }

    private static Message readEpochOpened(PayloadReader in) {
        Position head = position(in);
        Position parent = position(in);
        long blockNumber = in.i64();
        long lastUtcMillis = in.i64();
        ByteBuffer chainDigest = in.data(WireLimits.DIGEST_BYTES);
        return new Message.EpochOpened(
                head, parent, blockNumber, chainDigest, RecordCodec.readDiskTable(in), lastUtcMillis);
    }

    private static Message readRecords(PayloadReader in) {
        long epoch = in.i64();
        int count = in.u31();
        if (count > WireLimits.RECORDS_MAX || count > in.remaining() / RecordCodec.RECORD_BYTES_LEAST) {
            throw PayloadReader.corrupt(count + " records in " + in.remaining() + " bytes");
        }
        List<StreamRecord> records = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            records.add(RecordCodec.readRecord(in));
        }
        return new Message.Records(epoch, records);
    }

    private static Message readHashQuery(PayloadReader in) {
        long id = in.i64();
        int disk = in.u16();
        int perMebibyte = in.u8();
        in.zeroes(1);
        if (perMebibyte > 1) {
            throw PayloadReader.corrupt("choice " + perMebibyte + "; expected 0 or 1");
        }
        int count = in.u31();
        return new Message.HashQuery(id, disk, in.i64(), count, perMebibyte == 1);
    }

    private static Message readLost(PayloadReader in) {
        int count = in.u16();
        if (count > WireLimits.LOST_RANGES_MAX || count > in.remaining() / LOST_RANGE_BYTES) {
            throw PayloadReader.corrupt(count + " ranges in " + in.remaining() + " bytes");
        }
        List<DiskRange> ranges = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ranges.add(new DiskRange(in.u16(), in.i64(), in.i64()));
        }
        return new Message.Lost(ranges);
    }

    private static Position position(PayloadReader in) {
        return new Position(in.i64(), in.i64());
    }
}
