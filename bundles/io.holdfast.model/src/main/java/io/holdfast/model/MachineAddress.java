package io.holdfast.model;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.util.Map;

/**
 * Where a machine is at its source, in the words of the source adapter that understands it.
 *
 * @param adapter name of the source adapter, for example {@code kvm}
 * @param properties what that adapter needs; for {@code kvm} {@code qmp} and {@code qmpOob}, absolute paths on the agent's host
 * @since 1.0
 */
public record MachineAddress(String adapter, Map<String, String> properties) {

    /** The most properties of one address. */
    public static final int PROPERTIES_MAX = 32;

    /** The most characters of one address, names and values together. */
    public static final int LENGTH_MAX = 8_000;

    private static final int VALUE_LENGTH_MAX = 1024;

    public MachineAddress {
        properties = Map.copyOf(properties);
        if (adapter.isBlank() || adapter.length() > 40) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "address",
                    "adapter '" + adapter + "'; expected a name of 1 to 40 characters");
        }
        if (properties.size() > PROPERTIES_MAX) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "address",
                    properties.size() + " properties; expected at most " + PROPERTIES_MAX);
        }
        int length = properties.entrySet().stream()
                .mapToInt(entry -> entry.getKey().length() + entry.getValue().length())
                .sum();
        if (length > LENGTH_MAX) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "address", length + " characters; expected at most " + LENGTH_MAX);
        }
        properties.forEach((key, value) -> {
            if (key.isBlank() || key.length() > 80 || value.length() > VALUE_LENGTH_MAX) {
                throw new HoldfastException(
                        ErrorCode.INVALID_ARGUMENT,
                        "address property '" + key + "'",
                        "key of " + key.length() + " and value of " + value.length()
                                + " characters; expected 1 to 80 and at most " + VALUE_LENGTH_MAX);
            }
        });
    }
}
