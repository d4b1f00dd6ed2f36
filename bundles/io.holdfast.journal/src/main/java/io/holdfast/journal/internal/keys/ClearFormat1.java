package io.holdfast.journal.internal.keys;

import io.holdfast.base.MachineId;
import io.holdfast.journal.internal.format.DamagedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** A machine's key file as format 1 had it: 128 bytes in clear, one data key. Only read. */
final class ClearFormat1 {

    static final int VERSION = 1;

    private static final String KEY_ID_LABEL = "holdfast key id";
    private static final int BYTES = 128;
    private static final int DATA_KEY = 24;
    private static final int SECRETS_END = 88;
    private static final int CHECKED_BYTES = 96;

    private ClearFormat1() {}

    static MachineKeyFile.Content decode(byte[] content) throws DamagedException {
        ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        boolean whole = content.length == BYTES
                && MessageDigest.isEqual(
                        Ciphers.sha256(content, CHECKED_BYTES), Arrays.copyOfRange(content, CHECKED_BYTES, BYTES));
        if (!whole || bytes.getLong(SECRETS_END) != 0) {
            throw DamagedException.damaged("is damaged: its digest does not match");
        }
        if (bytes.getShort(6) != 0) {
            throw DamagedException.newer("a key file with wrapping " + bytes.getShort(6), VERSION, VERSION);
        }
        byte[] dataKey = Arrays.copyOfRange(content, DATA_KEY, DATA_KEY + Ciphers.KEY_BYTES);
        long keyId = ByteBuffer.wrap(Ciphers.derive(dataKey, KEY_ID_LABEL)).getLong();
        return new MachineKeyFile.Content(
                new MachineId(new UUID(Long.reverseBytes(bytes.getLong(8)), Long.reverseBytes(bytes.getLong(16)))),
                0,
                MachineKeyFile.Holder.RESIDENT,
                List.of(keyId),
                Arrays.copyOfRange(content, DATA_KEY, SECRETS_END));
    }
}
