package io.holdfast.journal.internal.ledger;

import io.holdfast.journal.LedgerSigner;
import io.holdfast.journal.Sha256;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.Optional;

/** Checks Ed25519 signatures with what every Java platform has. */
public final class LedgerSignatures {

    /** Stands for a public key where nobody signs. */
    public static final Sha256 NOBODY = Sha256.of(new byte[LedgerSigner.PUBLIC_KEY_BYTES]);

    private static final String ALGORITHM = "Ed25519";

    /** What stands before the 32 bytes of a key in its X.509 encoding (RFC 8410). */
    private static final byte[] KEY_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private LedgerSignatures() {}

    /**
     * Gives the public key of a signer.
     *
     * @param signer or nobody
     * @return its key, or {@link #NOBODY}
     */
    static Sha256 keyOf(Optional<LedgerSigner> signer) {
        return signer.map(present -> Sha256.of(present.publicKey())).orElse(NOBODY);
    }

    /**
     * Signs a message.
     *
     * @param signer or nobody
     * @param message what is signed
     * @return the signature; zeroes when nobody signs
     */
    public static byte[] sign(Optional<LedgerSigner> signer, byte[] message) {
        return signer.map(present -> present.sign(message)).orElse(new byte[LedgerSigner.SIGNATURE_BYTES]);
    }

    /**
     * Checks a signature.
     *
     * @param publicKey of the signer
     * @param message what was signed
     * @param signature of it
     * @return whether it is that key's signature of that message
     */
    public static boolean verify(Sha256 publicKey, byte[] message, byte[] signature) {
        try {
            byte[] encoded = ByteBuffer.allocate(KEY_PREFIX.length + LedgerSigner.PUBLIC_KEY_BYTES)
                    .put(KEY_PREFIX)
                    .put(publicKey.toBytes())
                    .array();
            PublicKey key = KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
            Signature verifier = Signature.getInstance(ALGORITHM);
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException _) {
            return false;
        }
    }
}
