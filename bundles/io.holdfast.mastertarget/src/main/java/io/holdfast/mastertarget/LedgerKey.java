package io.holdfast.mastertarget;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.LedgerSigner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/**
 * The key that signs the ledgers of a recovery store, in a file that its owner alone can read (mode 0600): an Ed25519 private key of RFC 8410 as PEM,
 * as {@code openssl pkey} reads it. Made when it is not there.
 */
final class LedgerKey implements LedgerSigner {

    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----\n";
    private static final String END = "\n-----END PRIVATE KEY-----\n";

    /** What stands before the 32 bytes of the key in its PKCS #8 encoding. */
    private static final byte[] PREFIX = HexFormat.of().parseHex("302e020100300506032b657004220420");

    private final Ed25519PrivateKeyParameters key;

    private LedgerKey(Ed25519PrivateKeyParameters key) {
        this.key = key;
    }

    /**
     * Reads the file, or makes it with a new key. Durable on return.
     *
     * @param file where; its folder is made when it is not there
     * @param random where a new key comes from
     * @return the signer
     * @throws HoldfastException {@code KEY_MISSING} when the file is no such key, {@code DISK_ERROR} when it can be neither read nor made
     */
    static LedgerKey open(Path file, SecureRandom random) {
        try {
            if (!Files.exists(file)) {
                create(file, new Ed25519PrivateKeyParameters(random));
            }
            return new LedgerKey(decode(file, Files.readString(file, StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR, "signing key " + file, "can be neither read nor made: " + e.getMessage(), e);
        }
    }

    /** Writes another file first: the key is there whole or not at all. */
    private static void create(Path file, Ed25519PrivateKeyParameters key) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException("no folder");
        }
        Files.createDirectories(folder);
        Path draft = folder.resolve(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        byte[] encoded = Arrays.copyOf(PREFIX, PREFIX.length + Ed25519PrivateKeyParameters.KEY_SIZE);
        key.encode(encoded, PREFIX.length);
        String text = BEGIN + Base64.getEncoder().encodeToString(encoded) + END;
        try (FileChannel channel = FileChannel.open(
                draft,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer content = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (content.hasRemaining()) {
                channel.write(content);
            }
            channel.force(true);
        }
        try {
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException _) {
            // another start was quicker; its key counts
        }
        Files.delete(draft);
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private static Ed25519PrivateKeyParameters decode(Path file, String text) {
        try {
            String body = text.startsWith(BEGIN) && text.endsWith(END)
                    ? text.substring(BEGIN.length(), text.length() - END.length())
                    : "";
            byte[] encoded = Base64.getDecoder().decode(body);
            boolean fits = encoded.length == PREFIX.length + Ed25519PrivateKeyParameters.KEY_SIZE
                    && Arrays.equals(encoded, 0, PREFIX.length, PREFIX, 0, PREFIX.length);
            if (fits) {
                return new Ed25519PrivateKeyParameters(encoded, PREFIX.length);
            }
        } catch (IllegalArgumentException _) {
            // said below
        }
        throw new HoldfastException(
                ErrorCode.KEY_MISSING,
                "signing key " + file,
                "is no Ed25519 private key in PEM; put back the file, or take it away to have ledgers go on with a new key");
    }

    @Override
    public byte[] publicKey() {
        return key.generatePublicKey().getEncoded();
    }

    @Override
    public byte[] sign(byte[] message) {
        Ed25519Signer signer = new Ed25519Signer();
        signer.init(true, key);
        signer.update(message, 0, message.length);
        return signer.generateSignature();
    }
}
