package io.holdfast.node;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the start command says about a node, checked.
 *
 * @param dataFolder everything the node keeps
 * @param acceptCopy whether a copied data folder may be used
 * @param roles which roles run here
 * @param bindAddress address that the network services listen on
 * @param consolePort HTTPS; 443 by default (M-154)
 * @param processServerPort replication data from agents; 9443 by default (M-155)
 * @param masterTargetPort batches from process servers; 9444 by default
 * @param serverUrl for a node that is only an agent: address of the configuration server; otherwise empty
 * @param tokenFile for an agent that is not enrolled yet: file with the enrolment token; otherwise empty
 * @param authorityFile for an agent: PEM file with the certificate of the authority it trusts; otherwise empty
 * @since 1.0
 */
record NodeSettings(
        Path dataFolder,
        boolean acceptCopy,
        Set<Role> roles,
        String bindAddress,
        int consolePort,
        int processServerPort,
        int masterTargetPort,
        String serverUrl,
        String tokenFile,
        String authorityFile) {

    /** What a node can be. */
    enum Role {
        CONFIGSERVER,
        PROCESSSERVER,
        MASTERTARGET,
        AGENT
    }

    /**
     * Reads the settings from system properties of the prefix {@code holdfast.}.
     *
     * @param property looks up one property, null when it is not set
     * @return checked settings
     * @throws HoldfastException {@code INVALID_ARGUMENT} naming property, value and what would be right
     */
    static NodeSettings from(Function<String, @Nullable String> property) {
        Set<Role> roles = roles(text(property, "holdfast.roles", "all"));
        NodeSettings settings = new NodeSettings(
                Path.of(required(property, "holdfast.data")),
                Boolean.parseBoolean(text(property, "holdfast.acceptCopy", "false")),
                roles,
                text(property, "holdfast.bind", "0.0.0.0"),
                port(property, "holdfast.port", 443),
                port(property, "holdfast.processServerPort", 9443),
                port(property, "holdfast.masterTargetPort", 9444),
                text(property, "holdfast.server", ""),
                text(property, "holdfast.tokenFile", ""),
                text(property, "holdfast.authorityFile", ""));
        if (!roles.contains(Role.CONFIGSERVER) && settings.serverUrl.isEmpty()) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "holdfast.server",
                    "not set; a node without the configuration server needs its address, for example https://server:443");
        }
        return settings;
    }

    private static Set<Role> roles(String text) {
        if (text.equals("all")) {
            return Set.of(Role.values());
        }
        Set<Role> roles = new TreeSet<>();
        for (String name : text.split(",")) {
            try {
                roles.add(Role.valueOf(name.trim().toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw new HoldfastException(
                        ErrorCode.INVALID_ARGUMENT,
                        "holdfast.roles",
                        "'" + name
                                + "' is no role; expected all, or some of configserver, processserver, mastertarget, agent",
                        e);
            }
        }
        return roles;
    }

    private static int port(Function<String, @Nullable String> property, String name, int standard) {
        String text = text(property, name, Integer.toString(standard));
        try {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException _) {
            // answered below, in words of ours
        }
        throw new HoldfastException(ErrorCode.INVALID_ARGUMENT, name, "'" + text + "' is no port; expected 1 to 65535");
    }

    private static String required(Function<String, @Nullable String> property, String name) {
        String value = text(property, name, "");
        if (value.isEmpty()) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, name, "not set; expected the path of the data folder");
        }
        return value;
    }

    private static String text(Function<String, @Nullable String> property, String name, String standard) {
        String value = property.apply(name);
        return value == null || value.isBlank() ? standard : value.trim();
    }
}
