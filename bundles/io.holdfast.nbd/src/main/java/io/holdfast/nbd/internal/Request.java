package io.holdfast.nbd.internal;

import io.holdfast.nbd.NbdCommand;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A request as it came, without its payload.
 *
 * @param flags command flags
 * @param type number of the command
 * @param cookie returned with every reply
 * @param offset first byte, unsigned
 * @param length bytes, unsigned, 0 to 4 GiB - 1
 */
record Request(int flags, int type, long cookie, long offset, long length) {

    private static final NbdCommand[] COMMANDS = NbdCommand.values();

    /** Reads the next request. Returns null when the stream ended before it. */
    static @Nullable Request read(WireInput input) throws IOException {
        if (!input.await(Protocol.REQUEST_BYTES)) {
            return null;
        }
        int magic = input.takeInt();
        if (magic != Protocol.REQUEST_MAGIC) {
            throw new WireException("request begins with 0x" + Integer.toHexString(magic) + "; expected 0x"
                    + Integer.toHexString(Protocol.REQUEST_MAGIC));
        }
        int flags = input.takeShort();
        int type = input.takeShort();
        return new Request(flags, type, input.takeLong(), input.takeLong(), Integer.toUnsignedLong(input.takeInt()));
    }

    /** The command, or null when we do not know it. */
    @Nullable
    NbdCommand command() {
        return type < COMMANDS.length ? COMMANDS[type] : null;
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    boolean within(long size) {
        return offset >= 0 && offset <= size && length <= size - offset;
    }
}
