package io.holdfast.nbd;

/**
 * What an export offers beyond reading; each is a transmission flag of the specification.
 *
 * @since 1.0
 */
public enum NbdFeature {
    FLUSH(2),
    FUA(3),
    ROTATIONAL(4),
    TRIM(5),
    WRITE_ZEROES(6),
    /** A flush or a forced write on one connection is seen by all connections, so that a client may use several. */
    MULTI_CONN(8),
    CACHE(10),
    /** Zeroing is always faster than writing. Without it a client's "only if fast" is refused at the export's door. */
    FAST_ZERO(11);

    private final int bit;

    NbdFeature(int bit) {
        this.bit = bit;
    }

    /**
     * The transmission flag.
     *
     * @return a value with one bit set
     */
    public int mask() {
        return 1 << bit;
    }
}
