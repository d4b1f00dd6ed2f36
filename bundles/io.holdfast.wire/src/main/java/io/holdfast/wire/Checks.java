package io.holdfast.wire;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.stream.DiskTable;
import java.nio.ByteBuffer;

/** Range checks of messages. */
final class Checks {

    private Checks() {}

    static void range(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    what,
                    value + " given; expected " + (least == most ? "" + least : least + " to " + most));
        }
    }

    static void text(String what, String text, int charactersMax) {
        if (text.length() > charactersMax) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, what, text.length() + " characters; expected at most " + charactersMax);
        }
    }

    static void disks(DiskTable table) {
        table.disks().forEach(disk -> text("disk identity", disk.identity(), WireLimits.IDENTITY_CHARACTERS_MAX));
    }

    /** Cuts a text without parting a surrogate pair. */
    static String cut(String text, int charactersMax) {
        if (text.length() <= charactersMax) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(charactersMax - 1)) ? charactersMax - 1 : charactersMax;
        return text.substring(0, end);
    }

    static byte[] copy(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(bytes.position(), copy);
        return copy;
    }
}
