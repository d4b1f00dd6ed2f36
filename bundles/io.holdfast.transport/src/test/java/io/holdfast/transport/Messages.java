package io.holdfast.transport;

import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.wire.Message;
import io.holdfast.wire.WireLimits;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;

/** Messages that tests send. */
final class Messages {

    private Messages() {}

    static Message.Hello hello() {
        return new Message.Hello(1, 1, "test", new UUID(1, 2), new MachineId(new UUID(3, 4)));
    }

    static Message.Welcome welcome() {
        ByteBuffer noDigest = ByteBuffer.allocate(WireLimits.DIGEST_BYTES);
        return new Message.Welcome(1, Position.ORIGIN, 0, DiskTable.NONE, noDigest, 0, 8 << 20, Optional.empty());
    }

    static Message.OpenEpoch openEpoch() {
        return new Message.OpenEpoch(Position.ORIGIN, Position.ORIGIN, EpochCause.START, "test", 0, new UUID(0, 0));
    }
}
