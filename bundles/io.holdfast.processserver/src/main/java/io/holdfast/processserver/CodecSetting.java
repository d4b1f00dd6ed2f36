package io.holdfast.processserver;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.Codec;
import java.util.Arrays;
import java.util.Optional;

/**
 * What an operator says about compression.
 *
 * @since 1.0
 */
enum CodecSetting {
    /** LZ4 or Zstandard, by what is measured. */
    AUTO(Optional.empty()),
    /** Nothing is compressed. */
    NONE(Optional.of(Codec.NONE)),
    /** Always LZ4. */
    LZ4(Optional.of(Codec.LZ4)),
    /** Always Zstandard. */
    ZSTANDARD(Optional.of(Codec.ZSTANDARD));

    private final Optional<Codec> fixed;

    CodecSetting(Optional<Codec> fixed) {
        this.fixed = fixed;
    }

    /**
     * Reads a setting.
     *
     * @param name of a constant
     * @return the constant
     * @throws HoldfastException {@code INVALID_ARGUMENT} naming what would be right
     */
    static CodecSetting of(String name) {
        return Arrays.stream(values())
                .filter(setting -> setting.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.INVALID_ARGUMENT,
                        "io.holdfast.processserver codec",
                        "'" + name + "' is none; expected one of " + Arrays.toString(values())));
    }

    /**
     * The codec that all batches have.
     *
     * @return empty when it is chosen batch by batch
     */
    Optional<Codec> fixed() {
        return fixed;
    }
}
