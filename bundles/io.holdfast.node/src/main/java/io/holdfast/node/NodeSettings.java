package io.holdfast.node;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the start command says about a node, checked.
 *
 * @param dataFolder everything the node keeps
 * @param acceptCopy whether a copied data folder may be used
 * @param roles which roles run here
 * @param bindAddress address that the network services listen on; all of them by default
 * @param names DNS names and IP addresses by which others reach this node, beside those that it knows of itself
 * @param consolePort HTTPS; 443 by default (M-154)
 * @param processServerPort replication data from agents; 9443 by default (M-155)
 * @param masterTargetPort batches from process servers; 9444 by default
 * @param serverUrl for a node that is only an agent: address of the configuration server; otherwise empty
 * @param tokenFile for an agent that is not enrolled yet: file with the enrolment token; otherwise empty
 * @param authorityFile for an agent: PEM file with the certificate of the authority it trusts; otherwise empty
 * @param witnessFolder where anchors of the recovery store are laid down; empty for nowhere
 * @param witnessHours between two of them
 * @param codec how the process server compresses: {@code auto}, {@code none}, {@code lz4} or {@code zstandard}
 * @param reserveMebibytes MiB that the recovery store keeps for its maintenance; 0 for a share of the medium
 * @since 1.0
 */
record NodeSettings(
        Path dataFolder,
        boolean acceptCopy,
        Set<Role> roles,
        String bindAddress,
        Set<String> names,
        int consolePort,
        int processServerPort,
        int masterTargetPort,
        String serverUrl,
        String tokenFile,
        String authorityFile,
        String witnessFolder,
        int witnessHours,
        String codec,
        int reserveMebibytes) {

    private static final String ANY = "any";
    private static final int NAMES_MAX = 50;
    private static final int PORT_MAX = 65_535;
    private static final int HOURS_MAX = 366 * 24;
    private static final int RESERVE_MEBIBYTES_MAX = 1 << 20;
    private static final int NAME_LENGTH_MAX = 253;
    private static final List<String> CODECS = List.of("auto", "none", "lz4", "zstandard");
    private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    private static final Pattern DNS_NAME = Pattern.compile(LABEL + "(\\." + LABEL + ")*");

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
                bindAddress(text(property, "holdfast.bind", ANY)),
                names(text(property, "holdfast.names", "")),
                port(property, "holdfast.port", 443),
                port(property, "holdfast.processServerPort", 9443),
                port(property, "holdfast.masterTargetPort", 9444),
                text(property, "holdfast.server", ""),
                text(property, "holdfast.tokenFile", ""),
                text(property, "holdfast.authorityFile", ""),
                text(property, "holdfast.witnessFolder", ""),
                number(property, "holdfast.witnessHours", 24, 1, HOURS_MAX),
                codec(text(property, "holdfast.codec", "auto")),
                number(property, "holdfast.reserveMebibytes", 0, 0, RESERVE_MEBIBYTES_MAX));
        if (!roles.contains(Role.CONFIGSERVER) && settings.serverUrl.isEmpty()) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "holdfast.server",
                    "not set; a node without the configuration server needs its address, for example https://server:443");
        }
        return settings;
    }

    /**
     * Tells whether the network services listen on one address alone.
     *
     * @return false when they listen on all
     */
    boolean isBoundToOne() {
        return !isAddress(bindAddress) || !InetAddress.ofLiteral(bindAddress).isAnyLocalAddress();
    }

    /**
     * Where the roles of this node find each other.
     *
     * @return an address or name that the network services listen on
     */
    String ownAddress() {
        return isBoundToOne() ? bindAddress : "127.0.0.1";
    }

    /**
     * The address of the console and of its interface.
     *
     * @param host by which this node is called: a name or a literal address
     * @return a URL
     */
    String consoleUrl(String host) {
        return "https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + consolePort;
    }

    /** The word for all addresses becomes the platform's own literal for them. */
    private static String bindAddress(String text) {
        return text.equals(ANY) ? new InetSocketAddress(0).getAddress().getHostAddress() : text;
    }

    private static Set<String> names(String text) {
        Set<String> names = new TreeSet<>();
        for (String name : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            names.add(name.trim().toLowerCase(Locale.ROOT));
        }
        for (String name : names) {
            if (!isAddress(name)
                    && (name.length() > NAME_LENGTH_MAX
                            || !DNS_NAME.matcher(name).matches())) {
                throw new HoldfastException(
                        ErrorCode.INVALID_ARGUMENT,
                        "holdfast.names",
                        "'" + name + "' is no name; expected a DNS name or an IP address");
            }
        }
        if (names.size() > NAMES_MAX) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "holdfast.names",
                    names.size() + " names; expected at most " + NAMES_MAX);
        }
        return names;
    }

    private static boolean isAddress(String name) {
        try {
            InetAddress.ofLiteral(name);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static String codec(String text) {
        if (!CODECS.contains(text)) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "holdfast.codec",
                    "'" + text + "' is none; expected one of " + String.join(", ", CODECS));
        }
        return text;
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
        return number(property, name, standard, 1, PORT_MAX);
    }

    private static int number(
            Function<String, @Nullable String> property, String name, int standard, int least, int most) {
        String text = text(property, name, Integer.toString(standard));
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // answered below, in words of ours
        }
        throw new HoldfastException(
                ErrorCode.INVALID_ARGUMENT,
                name,
                "'" + text + "' given; expected a number from " + least + " to " + most);
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
