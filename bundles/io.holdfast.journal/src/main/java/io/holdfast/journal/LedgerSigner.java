package io.holdfast.journal;

/**
 * Signs tree heads of ledgers with Ed25519 (RFC 8032). The same message gives the same signature, as Ed25519 does, so that an entry made again
 * after a crash is the same bytes. Called by one thread at a time.
 *
 * @since 1.0
 */
public interface LedgerSigner {

    /** Bytes of a public key. */
    int PUBLIC_KEY_BYTES = 32;

    /** Bytes of a signature. */
    int SIGNATURE_BYTES = 64;

    /**
     * Gives the key that {@link #sign} can be checked with.
     *
     * @return {@link #PUBLIC_KEY_BYTES} bytes, a copy
     */
    byte[] publicKey();

    /**
     * Signs a message.
     *
     * @param message any bytes
     * @return {@link #SIGNATURE_BYTES} bytes
     */
    byte[] sign(byte[] message);
}
