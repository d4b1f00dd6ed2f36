package io.holdfast.model;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;

/**
 * How a replica is connected.
 *
 * @since 1.0
 */
public sealed interface NetworkChoice {

    /** To nothing. */
    record Isolated() implements NetworkChoice {
        @Override
        public String toString() {
            return "isolated";
        }
    }

    /**
     * To a bridge of the target.
     *
     * @param name of the bridge: 1 to 15 letters, digits, dots, hyphens and underscores
     */
    record Bridge(String name) implements NetworkChoice {

        public Bridge {
            if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,14}")) {
                throw new HoldfastException(
                        ErrorCode.INVALID_ARGUMENT,
                        "network bridge '" + name + "'",
                        "expected 1 to 15 letters, digits, dots, hyphens and underscores");
            }
        }

        @Override
        public String toString() {
            return "bridge:" + name;
        }
    }

    /**
     * Reads a choice as people and programs write it.
     *
     * @param text {@code isolated} or {@code bridge:NAME}
     * @return the choice, whose {@code toString()} this method reads
     * @throws HoldfastException with {@link ErrorCode#INVALID_ARGUMENT} when it is neither
     */
    static NetworkChoice parse(String text) {
        if (text.equals("isolated")) {
            return new Isolated();
        }
        if (text.startsWith("bridge:")) {
            return new Bridge(text.substring("bridge:".length()));
        }
        throw new HoldfastException(
                ErrorCode.INVALID_ARGUMENT, "network '" + text + "'", "expected isolated or bridge:NAME");
    }
}
