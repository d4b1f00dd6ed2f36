package io.holdfast.wire;

/**
 * Layout of a frame. All integers are little-endian, except the two halves of a UUID.
 *
 * <table>
 * <caption>Frame</caption>
 * <tr><th>offset</th><th>size</th><th>field</th><th>meaning</th></tr>
 * <tr><td>0</td><td>4</td><td>magic</td><td>{@code HFR1}</td></tr>
 * <tr><td>4</td><td>2</td><td>version</td><td>protocol version of the payload</td></tr>
 * <tr><td>6</td><td>1</td><td>type</td><td>kind of message</td></tr>
 * <tr><td>7</td><td>1</td><td>flags</td><td>zero; anything else is refused</td></tr>
 * <tr><td>8</td><td>4</td><td>payloadLength</td><td>bytes, unsigned</td></tr>
 * <tr><td>12</td><td>4</td><td>headerCrc</td><td>CRC-32C of bytes [0, 12)</td></tr>
 * <tr><td>16</td><td>payloadLength</td><td>payload</td><td></td></tr>
 * <tr><td>16 + payloadLength</td><td>4</td><td>payloadCrc</td><td>CRC-32C of the payload</td></tr>
 * </table>
 *
 * <p>The header has a checksum of its own, so that a damaged length is noticed before anything is allocated or waited for.
 */
final class FrameLayout {

    /** The bytes {@code HFR1} read as a little-endian integer. */
    static final int MAGIC = 0x31524648;

    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = MAGIC_OFFSET + Integer.BYTES;
    static final int TYPE_OFFSET = VERSION_OFFSET + Short.BYTES;
    static final int FLAGS_OFFSET = TYPE_OFFSET + Byte.BYTES;
    static final int PAYLOAD_LENGTH_OFFSET = FLAGS_OFFSET + Byte.BYTES;
    static final int HEADER_CRC_OFFSET = PAYLOAD_LENGTH_OFFSET + Integer.BYTES;
    static final int HEADER_BYTES = HEADER_CRC_OFFSET + Integer.BYTES;
    static final int TRAILER_BYTES = Integer.BYTES;
    static final int OVERHEAD_BYTES = HEADER_BYTES + TRAILER_BYTES;

    private FrameLayout() {}
}
