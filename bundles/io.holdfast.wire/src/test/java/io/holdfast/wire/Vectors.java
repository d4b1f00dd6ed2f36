package io.holdfast.wire;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.hash.BlockHashAlgorithm;
import io.holdfast.base.hash.BlockHashKey;
import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskRange;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.GapCause;
import io.holdfast.base.stream.MarkerKind;
import io.holdfast.base.stream.StreamRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The golden frames of version 1 and the messages they stand for. */
final class Vectors {

    private static final DiskDescription SYSTEM_DISK = new DiskDescription(0, "serial-1", 10L << 30, 512, 4096);
    private static final DiskDescription SMALL_DISK = new DiskDescription(7, "Platte ü", 1, 4096, 4096);
    private static final DiskTable TABLE = new DiskTable(2, List.of(SYSTEM_DISK, SMALL_DISK));

    private Vectors() {}

    /** What each golden frame was made of, by the name of its file. */
    static Map<String, Message> messages() {
        Map<String, Message> messages = new LinkedHashMap<>();
        messages.put(
                "hello",
                new Message.Hello(
                        1,
                        3,
                        "Holdfast 1.0.0",
                        UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
                        MachineId.parse("6f1c2a34-0d7e-4f67-9f1e-2f8a52d0c9aa")));
        messages.put(
                "welcome",
                new Message.Welcome(
                        1,
                        new Position(3, 1200),
                        1180,
                        TABLE,
                        counting(0, 32),
                        1_700_000_000_123L,
                        8 << 20,
                        Optional.of(new BlockHashKey(
                                BlockHashAlgorithm.NH_AES, counting(128, 32).array()))));
        messages.put(
                "welcome-empty-store",
                new Message.Welcome(
                        1, Position.ORIGIN, 0, DiskTable.NONE, ByteBuffer.allocate(32), 0, 4 << 20, Optional.empty()));
        messages.put(
                "open-epoch",
                new Message.OpenEpoch(
                        new Position(3, 1200),
                        new Position(2, 900),
                        EpochCause.FAILOVER,
                        "agent on host-1",
                        4,
                        UUID.fromString("01020304-0506-0708-090a-0b0c0d0e0f10")));
        messages.put(
                "epoch-opened",
                new Message.EpochOpened(
                        new Position(5, 1200), new Position(2, 900), 77, counting(0, 32), TABLE, 1_700_000_000_123L));
        messages.put("records", new Message.Records(5, records()));
        messages.put("batch", new Message.Batch(5, 1201, 1207, ascii("opaque to the protocol")));
        messages.put("durable", new Message.Durable(5, 1207, 1206));
        messages.put("credit", new Message.Credit(1 << 20));
        messages.put("hash-query-blocks", new Message.HashQuery(9, 7, 123, 65_536, false));
        messages.put("hash-query-mebibytes", new Message.HashQuery(-1, 255, 512, 1, true));
        messages.put("hash-answer", new Message.HashAnswer(9, hashes()));
        messages.put(
                "refused",
                new Message.Refused(ErrorCode.EPOCH_STALE, "machine 6f1c2a34", "epoch 5 is open; expected 3"));
        messages.put("bye", new Message.Bye("shutting down"));
        messages.put("ping", new Message.Ping(0x0102030405060708L));
        messages.put("pong", new Message.Pong(-2));
        messages.put(
                "lost", new Message.Lost(List.of(new DiskRange(0, 4096, 512), new DiskRange(255, (64L << 40) - 1, 1))));
        return messages;
    }

    private static List<StreamRecord> records() {
        long utcMillis = 1_700_000_000_200L;
        ByteBuffer none = StreamRecord.Change.NO_DATA;
        return List.of(
                new StreamRecord.Disks(1201, utcMillis, new DiskTable(3, List.of(SYSTEM_DISK))),
                new StreamRecord.Change(
                        1202, utcMillis + 1, ChangeOrigin.GUEST, 0, 4096, 5, ExtentKind.DATA, ascii("write")),
                new StreamRecord.Change(
                        1203, utcMillis + 1, ChangeOrigin.COPY, 255, 0, 64L << 40, ExtentKind.ZERO, none),
                new StreamRecord.Change(
                        1204, utcMillis + 2, ChangeOrigin.GUEST, 0, 512, 1 << 20, ExtentKind.DISCARD, none),
                new StreamRecord.Proof(1204, utcMillis + 3, 987_654_321),
                new StreamRecord.Gap(1205, utcMillis + 4, GapCause.DISKS_CHANGED, "disk 7 was removed"),
                new StreamRecord.Ready(1206, utcMillis + 5),
                new StreamRecord.Marker(1207, utcMillis + 6, MarkerKind.APPLICATION_CONSISTENT, "before the upgrade"),
                new StreamRecord.Proof(0, -1, -5));
    }

    private static ByteBuffer hashes() {
        ByteBuffer hashes = ByteBuffer.allocate(48).put(counting(1, 12)).put(new byte[12]);
        while (hashes.hasRemaining()) {
            hashes.put((byte) (hashes.position() < 36 ? 0xFE : 0xFF));
        }
        return hashes.flip();
    }

    private static ByteBuffer counting(int first, int count) {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        for (int i = 0; i < count; i++) {
            bytes.put((byte) (first + i));
        }
        return bytes.flip();
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads a golden frame: hexadecimal bytes, each line with a comment behind a number sign. */
    static byte[] bytes(String name) {
        StringBuilder hex = new StringBuilder();
        try (InputStream in = Vectors.class.getResourceAsStream("/vectors/v1/" + name + ".hex")) {
            if (in == null) {
                throw new IllegalStateException("no golden frame named " + name);
            }
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                hex.append(line.split("#", 2)[0].replace(" ", ""));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HexFormat.of().parseHex(hex);
    }

    /** Puts a frame's parts into one array. */
    static byte[] flat(ByteBuffer[] parts) {
        int length = 0;
        for (ByteBuffer part : parts) {
            length += part.remaining();
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (ByteBuffer part : parts) {
            all.put(part.duplicate());
        }
        return all.array();
    }

    static byte[] encode(Message message) {
        return flat(new FrameEncoder(WireLimits.FRAME_BYTES_MAX).encode(message));
    }

    static List<Message> decode(byte[] bytes) {
        List<Message> messages = new ArrayList<>();
        new FrameDecoder(WireLimits.FRAME_BYTES_MAX).feed(ByteBuffer.wrap(bytes), messages::add);
        return messages;
    }
}
