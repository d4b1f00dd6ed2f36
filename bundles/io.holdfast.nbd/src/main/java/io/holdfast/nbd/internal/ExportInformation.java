package io.holdfast.nbd.internal;

import io.holdfast.base.HoldfastException;
import io.holdfast.nbd.NbdBlockSizes;
import java.nio.ByteBuffer;

/** Gathers what a server tells about an export during the handshake. */
final class ExportInformation {

    private static final int EXPORT_BYTES = 12;
    private static final int BLOCK_SIZE_BYTES = 14;

    private long sizeBytes = -1;
    private int transmissionFlags;
    private NbdBlockSizes sizes = NbdBlockSizes.DEFAULT;

    /** Takes the data of one {@code NBD_REP_INFO}; kinds that we do not know are left out, as the specification demands. */
    void take(byte[] data) throws WireException {
        if (data.length < Short.BYTES) {
            throw new WireException("information of " + data.length + " bytes; at least 2");
        }
        ByteBuffer buffer = ByteBuffer.wrap(data);
        int kind = Short.toUnsignedInt(buffer.getShort());
        if (kind == Protocol.INFO_EXPORT) {
            requireLength(data, EXPORT_BYTES);
            export(buffer.getLong(), Short.toUnsignedInt(buffer.getShort()));
        } else if (kind == Protocol.INFO_BLOCK_SIZE) {
            requireLength(data, BLOCK_SIZE_BYTES);
            sizes = sizes(buffer.getInt(), buffer.getInt(), buffer.getInt());
        }
    }

    private static void requireLength(byte[] data, int length) throws WireException {
        if (data.length != length) {
            throw new WireException("information of " + data.length + " bytes; expected " + length);
        }
    }

    void export(long size, int flags) throws WireException {
        if (size < 0) {
            throw new WireException(
                    "an export of " + Long.toUnsignedString(size) + " bytes; at most " + Long.MAX_VALUE);
        }
        sizeBytes = size;
        transmissionFlags = flags;
    }

    /** A server may have larger blocks than it can name here or no limit for a payload; ours are set to what we can do. */
    private static NbdBlockSizes sizes(int minimum, int preferred, int payloadMax) throws WireException {
        long limit = Math.min(Integer.toUnsignedLong(payloadMax), NbdBlockSizes.PAYLOAD_BYTES_LIMIT);
        long chosen = Math.min(Integer.toUnsignedLong(preferred), limit);
        try {
            return new NbdBlockSizes(minimum, (int) chosen, (int) limit);
        } catch (HoldfastException e) {
            throw new WireException("the server's " + e.getMessage());
        }
    }

    long sizeBytes() throws WireException {
        if (sizeBytes < 0) {
            throw new WireException("the server accepted without telling the export's size");
        }
        return sizeBytes;
    }

    int transmissionFlags() {
        return transmissionFlags;
    }

    NbdBlockSizes sizes() {
        return sizes;
    }
}
