package io.holdfast.identity;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Keys and certificates as PEM text (RFC 7468), and the files they lie in.
 *
 * @since 1.0
 */
public final class Pem {

    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});
    private static final int FILE_BYTES_MAX = 1 << 20;

    private Pem() {}

    /**
     * Writes certificates.
     *
     * @param certificates in the order in which they are to appear
     * @return PEM text, one block after another
     */
    public static String ofCertificates(List<X509Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        try {
            for (X509Certificate certificate : certificates) {
                text.append(block("CERTIFICATE", certificate.getEncoded()));
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was read can be written", e);
        }
        return text.toString();
    }

    /**
     * Reads certificates.
     *
     * @param text PEM text; other blocks between them are passed over
     * @param origin what it is called in an error
     * @return at least one certificate
     * @throws HoldfastException {@code INVALID_ARGUMENT}
     */
    public static List<X509Certificate> certificates(String text, String origin) {
        try {
            List<X509Certificate> found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(
                            new ByteArrayInputStream(blocks("CERTIFICATE", text).getBytes(StandardCharsets.US_ASCII)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (!found.isEmpty()) {
                return found;
            }
        } catch (GeneralSecurityException e) {
            throw new HoldfastException(ErrorCode.INVALID_ARGUMENT, origin, "no certificate in PEM form", e);
        }
        throw new HoldfastException(ErrorCode.INVALID_ARGUMENT, origin, "holds no certificate; expected PEM text");
    }

    /**
     * Writes a private key.
     *
     * @param key any key with an encoding
     * @return PEM text, PKCS #8, not encrypted
     */
    public static String ofKey(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    /**
     * Reads an elliptic-curve private key.
     *
     * @param text PEM text, PKCS #8, not encrypted; other blocks are passed over
     * @param origin what it is called in an error
     * @return the key
     * @throws HoldfastException {@code KEY_MISSING}
     */
    public static PrivateKey key(String text, String origin) {
        try {
            String base64 = blocks("PRIVATE KEY", text)
                    .replaceAll("-----[A-Z ]+-----", "")
                    .replaceAll("\\s", "");
            return KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new HoldfastException(
                    ErrorCode.KEY_MISSING, origin, "holds no elliptic-curve key; expected PKCS #8 in PEM form", e);
        }
    }

    /**
     * Reads a text file of ours.
     *
     * @param file which
     * @return its text
     * @throws HoldfastException {@code DISK_ERROR}, also when the file is implausibly large
     */
    public static String read(Path file) {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new HoldfastException(
                        ErrorCode.DISK_ERROR,
                        file.toString(),
                        Files.size(file) + " bytes; expected at most " + FILE_BYTES_MAX);
            }
            return Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new HoldfastException(ErrorCode.DISK_ERROR, file.toString(), "cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Writes a text file whole or not at all, readable by its owner alone (mode 0600). Durable on return.
     *
     * @param file which; its folder must exist
     * @param text its new content
     * @throws HoldfastException {@code DISK_ERROR}; the old file is then as it was
     */
    public static void write(Path file, String text) {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Set<PosixFilePermission> owner = PosixFilePermissions.fromString("rw-------");
        try {
            Files.deleteIfExists(next);
            Set<StandardOpenOption> create = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            try (FileChannel channel = FileChannel.open(next, create, PosixFilePermissions.asFileAttribute(owner))) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
                folder.force(true);
            }
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR, file.toString(), "cannot be written: " + e.getMessage(), e);
        }
    }

    private static String blocks(String type, String text) {
        return Pattern.compile("-----BEGIN " + type + "-----[^-]*-----END " + type + "-----\\s*")
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.joining());
    }

    private static String block(String type, byte[] content) {
        return "-----BEGIN " + type + "-----\n" + LINES.encodeToString(content) + "\n-----END " + type + "-----\n";
    }
}
