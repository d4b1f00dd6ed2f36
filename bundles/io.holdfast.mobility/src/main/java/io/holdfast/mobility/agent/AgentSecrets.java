package io.holdfast.mobility.agent;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.changelog.LogKey;
import io.holdfast.identity.Pem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.UUID;

/**
 * What an agent makes once and keeps: its id, which marks its bitmaps at sources, and the key that encrypts its change logs, since they lie
 * beside the disks they are about. Each in a file of its own, mode 0600.
 *
 * @param id of the agent's folder; stays when the agent is enrolled anew
 * @param logKey of all change logs
 */
record AgentSecrets(UUID id, LogKey logKey) {

    /**
     * Reads the secrets, or makes them.
     *
     * @param folder of the agent; exists
     * @param random where they come from
     * @return the secrets, durable
     * @throws HoldfastException {@code DISK_ERROR}, {@code KEY_MISSING} when a file is damaged
     */
    static AgentSecrets readOrCreate(Path folder, SecureRandom random) {
        byte[] key = new byte[LogKey.BYTES];
        random.nextBytes(key);
        String id = readOrWrite(folder.resolve("agent.id"), UUID.randomUUID().toString());
        Path keyFile = folder.resolve("log.key");
        String hex = readOrWrite(keyFile, HexFormat.of().formatHex(key));
        try {
            return new AgentSecrets(
                    UUID.fromString(id), new LogKey(HexFormat.of().parseHex(hex)));
        } catch (IllegalArgumentException e) {
            throw new HoldfastException(
                    ErrorCode.KEY_MISSING,
                    folder.toString(),
                    "agent.id or log.key cannot be understood; restore it",
                    e);
        }
    }

    private static String readOrWrite(Path file, String fresh) {
        if (!Files.exists(file)) {
            Pem.write(file, fresh + "\n");
        }
        return Pem.read(file).trim();
    }
}
