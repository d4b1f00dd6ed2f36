package io.holdfast.journal.internal.keys;

import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Envelope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The public half of the recovery key, which an appliance keeps: it seals keys for a paper that lies elsewhere, and opens nothing.
 *
 * <p>Its file is an envelope of magic {@code HFP1} around 56 bytes: 16 id (the first bytes of SHA-256 over the public key), 32 X25519 public
 * key, u64 time of its confirmation in milliseconds.
 *
 * @param publicKey 32 bytes
 * @param confirmedMillis when a person had typed a part of the paper back
 */
public record RecoveryRecipient(byte[] publicKey, long confirmedMillis) {

    private static final int MAGIC = 0x31504648;
    private static final int BODY_BYTES = Ciphers.ID_BYTES + Ciphers.KEY_BYTES + Long.BYTES;
    private static final String WHAT = "the file of the recovery key";

    byte[] id() {
        return Ciphers.id(Ciphers.sha256(publicKey, publicKey.length));
    }

    /**
     * Names it for people.
     *
     * @return the first 56 bits of its id, hexadecimal: what stands on the paper
     */
    public String name() {
        return HexFormat.of().formatHex(id(), 0, RecoverySecret.NAME_BYTES);
    }

    /**
     * Writes the file.
     *
     * @return all of it
     */
    public byte[] encode() {
        ByteBuffer body = ByteBuffer.allocate(BODY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        body.put(id()).put(publicKey).putLong(confirmedMillis);
        return Envelope.wrap(MAGIC, body.array());
    }

    /**
     * Reads the file.
     *
     * @param content all of it
     * @return what it says
     * @throws DamagedException when it is damaged or of a newer format
     */
    public static RecoveryRecipient decode(byte[] content) throws DamagedException {
        ByteBuffer body = Envelope.open(WHAT, ByteBuffer.wrap(content), MAGIC, BODY_BYTES);
        if (body.remaining() != BODY_BYTES) {
            throw DamagedException.damaged(WHAT + " has a body of " + body.remaining());
        }
        byte[] id = new byte[Ciphers.ID_BYTES];
        byte[] publicKey = new byte[Ciphers.KEY_BYTES];
        body.get(id).get(publicKey);
        RecoveryRecipient recipient = new RecoveryRecipient(publicKey, body.getLong());
        if (!Arrays.equals(id, recipient.id())) {
            throw DamagedException.damaged(WHAT + " names another key than it has");
        }
        return recipient;
    }
}
