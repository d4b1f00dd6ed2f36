package io.holdfast.adapter;

import java.util.Map;

/**
 * Where a source machine is.
 *
 * @param adapter name of the adapter that understands it
 * @param properties what that adapter needs; for {@code kvm}: {@code qmp}, the absolute path of the QMP UNIX socket for events and
 *     commands, and {@code qmpOob}, that of a second one, kept for the guard's out-of-band commands
 * @since 1.0
 */
public record SourceAddress(String adapter, Map<String, String> properties) {

    public SourceAddress {
        properties = Map.copyOf(properties);
    }
}
