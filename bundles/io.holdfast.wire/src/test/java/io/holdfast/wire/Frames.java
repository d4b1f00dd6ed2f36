package io.holdfast.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Frames made by hand, with checksums that are right whatever they hold. */
final class Frames {

    private Frames() {}

    static byte[] frame(int type, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(20 + payload.length).order(ByteOrder.LITTLE_ENDIAN);
        frame.put(header(1, type, 0, payload.length)).put(payload).putInt(crc(payload, payload.length));
        return frame.array();
    }

    static byte[] header(int version, int type, int flags, int payloadLength) {
        ByteBuffer header = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(0x31524648)
                .putShort((short) version)
                .put((byte) type)
                .put((byte) flags)
                .putInt(payloadLength);
        return header.putInt(crc(header.array(), 12)).array();
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
