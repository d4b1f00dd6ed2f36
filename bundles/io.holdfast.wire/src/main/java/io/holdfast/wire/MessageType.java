package io.holdfast.wire;

import io.holdfast.base.hash.BlockHashKey;
import io.holdfast.base.stream.DiskDescription;
import java.util.Optional;

/** The kinds of frames: their code on the wire and the most their payload can take, checked before anything is allocated. */
enum MessageType {
    HELLO(1, 36 + text(WireLimits.NAME_CHARACTERS_MAX)),
    WELCOME(2, 78 + BlockHashKey.BYTES + diskTable()),
    OPEN_EPOCH(3, 57 + text(WireLimits.NAME_CHARACTERS_MAX)),
    EPOCH_OPENED(4, 80 + diskTable()),
    RECORDS(5, Integer.MAX_VALUE),
    BATCH(6, 24 + WireLimits.BATCH_BYTES_MAX),
    DURABLE(7, 24),
    CREDIT(8, 8),
    HASH_QUERY(9, 24),
    HASH_ANSWER(10, 8 + WireLimits.HASHES_MAX * WireLimits.HASH_BYTES),
    REFUSED(
            11,
            text(Codes.ERROR_NAME_CHARACTERS_MAX)
                    + text(WireLimits.OBJECT_CHARACTERS_MAX)
                    + text(WireLimits.MESSAGE_CHARACTERS_MAX)),
    BYE(12, text(WireLimits.OBJECT_CHARACTERS_MAX)),
    PING(13, 8),
    PONG(14, 8),
    LOST(15, 2 + WireLimits.LOST_RANGES_MAX * PayloadCodec.LOST_RANGE_BYTES);

    private final int code;
    private final int payloadBytesMax;

    MessageType(int code, int payloadBytesMax) {
        this.code = code;
        this.payloadBytesMax = payloadBytesMax;
    }

    /** UTF-8 takes at most three bytes for each UTF-16 unit. */
    private static int text(int charactersMax) {
        return Short.BYTES + 3 * charactersMax;
    }

    private static int diskTable() {
        return 6 + DiskDescription.DISKS_MAX * (18 + text(WireLimits.IDENTITY_CHARACTERS_MAX));
    }

    static MessageType of(Message message) {
        return switch (message) {
            case Message.Hello _ -> HELLO;
            case Message.Welcome _ -> WELCOME;
            case Message.OpenEpoch _ -> OPEN_EPOCH;
            case Message.EpochOpened _ -> EPOCH_OPENED;
            case Message.Records _ -> RECORDS;
            case Message.Batch _ -> BATCH;
            case Message.Durable _ -> DURABLE;
            case Message.Credit _ -> CREDIT;
            case Message.HashQuery _ -> HASH_QUERY;
            case Message.HashAnswer _ -> HASH_ANSWER;
            case Message.Refused _ -> REFUSED;
            case Message.Bye _ -> BYE;
            case Message.Ping _ -> PING;
            case Message.Pong _ -> PONG;
            case Message.Lost _ -> LOST;
        };
    }

    static Optional<MessageType> ofCode(int code) {
        for (MessageType type : values()) {
            if (type.code == code) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    int code() {
        return code;
    }

    int payloadBytesMax() {
        return payloadBytesMax;
    }
}
