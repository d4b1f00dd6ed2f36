package io.holdfast.journal.internal.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The file {@code segments} of a store: where its sealed segments rest. Body of an {@link Envelope} "HFW1": u32 kind, 1 a folder; u32 length of the
 * place; place.
 *
 * @param folder an absolute path, at most {@link #CHARACTERS_MAX} characters
 */
public record PlaceFile(String folder) {

    /** The longest path. */
    public static final int CHARACTERS_MAX = 1_000;

    private static final int MAGIC = 0x31574648;
    private static final int BYTES_MAX = 8 << 10;
    private static final int KIND_FOLDER = 1;
    private static final int HEAD_BYTES = 8;

    /**
     * Encodes the file.
     *
     * @return its bytes
     */
    public byte[] encode() {
        byte[] text = folder.getBytes(StandardCharsets.UTF_8);
        ByteBuffer body = ByteBuffer.allocate(HEAD_BYTES + text.length).order(ByteOrder.LITTLE_ENDIAN);
        return Envelope.wrap(
                MAGIC, body.putInt(KIND_FOLDER).putInt(text.length).put(text).array());
    }

    /**
     * Decodes the file.
     *
     * @param file the whole file
     * @return what it says
     * @throws DamagedException when it is no such file, or names a kind of place that is not known
     */
    public static PlaceFile decode(ByteBuffer file) throws DamagedException {
        ByteBuffer body = Envelope.open("the place of segments", file, MAGIC, BYTES_MAX);
        if (body.remaining() < HEAD_BYTES
                || body.getInt() != KIND_FOLDER
                || body.getInt() != body.limit() - HEAD_BYTES) {
            throw DamagedException.damaged("the place of segments is of a kind or length that is not known");
        }
        byte[] text = new byte[body.remaining()];
        body.get(text);
        return new PlaceFile(new String(text, StandardCharsets.UTF_8));
    }
}
