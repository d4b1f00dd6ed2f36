package io.holdfast.node;

import io.holdfast.node.NodeSettings.Role;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * What each role is told, by the PID of its component. A role without an entry does not run on this node.
 *
 * @since 1.0
 */
final class RoleConfigurations {

    private RoleConfigurations() {}

    /**
     * Works out the configuration of every role of this node.
     *
     * @param settings of the node
     * @param folder the opened data folder
     * @param node identity of the node
     * @return properties by PID; values are strings and integers
     */
    static Map<String, Map<String, Object>> of(NodeSettings settings, Path folder, UUID node) {
        Map<String, Map<String, Object>> byPid = new LinkedHashMap<>();
        if (settings.roles().contains(Role.CONFIGSERVER)) {
            byPid.put(
                    "io.holdfast.catalog",
                    Map.of("dataFolder", folder.resolve("catalog").toString()));
            byPid.put(
                    "io.holdfast.identity",
                    Map.of("dataFolder", folder.resolve("identity").toString(), "names", names(settings)));
            byPid.put(
                    "io.holdfast.configserver",
                    Map.of(
                            "dataFolder", folder.resolve("configserver").toString(),
                            "processServerPort", settings.processServerPort(),
                            "localAgentFolder",
                                    settings.roles().contains(Role.AGENT)
                                            ? folder.resolve("agent").toString()
                                            : ""));
            byPid.put(
                    "io.holdfast.console.rest",
                    Map.of("bindAddress", settings.bindAddress(), "port", settings.consolePort()));
        }
        boolean hasStore = settings.roles().contains(Role.MASTERTARGET);
        if (hasStore || settings.roles().contains(Role.PROCESSSERVER)) {
            byPid.put(
                    "io.holdfast.node.keys",
                    Map.of(
                            "keyFolder",
                            folder.resolve("keys").toString(),
                            "storeFolder",
                            hasStore ? folder.resolve("store").toString() : ""));
        }
        if (hasStore) {
            byPid.put(
                    "io.holdfast.mastertarget",
                    Map.of(
                            "storeFolder", folder.resolve("store").toString(),
                            "ledgerKeyFile",
                                    folder.resolve("keys")
                                            .resolve("ledger-signer.pem")
                                            .toString(),
                            "exportFolder", folder.resolve("exports").toString(),
                            "socketFolder", folder.resolve("run").toString(),
                            "witnessFolder", settings.witnessFolder(),
                            "witnessHours", settings.witnessHours(),
                            "reserveMebibytes", settings.reserveMebibytes(),
                            "bindAddress", settings.bindAddress(),
                            "port", settings.masterTargetPort()));
        }
        if (settings.roles().contains(Role.PROCESSSERVER)) {
            byPid.put(
                    "io.holdfast.processserver",
                    Map.of(
                            "node", node.toString(),
                            "bindAddress", settings.bindAddress(),
                            "port", settings.processServerPort(),
                            "storeHost", settings.ownAddress(),
                            "storePort", settings.masterTargetPort(),
                            "codec", settings.codec().toUpperCase(Locale.ROOT)));
        }
        if (settings.roles().contains(Role.AGENT)) {
            byPid.put("io.holdfast.mobility", agent(settings, folder.resolve("agent")));
        }
        return byPid;
    }

    private static Map<String, Object> agent(NodeSettings settings, Path folder) {
        boolean local = settings.roles().contains(Role.CONFIGSERVER);
        return Map.of(
                "dataFolder", folder.toString(),
                "serverUrl", local ? settings.consoleUrl(settings.ownAddress()) : settings.serverUrl(),
                "tokenFile", local ? folder.resolve("enrolment.token").toString() : settings.tokenFile(),
                "authorityFile", local ? folder.resolve("authority.pem").toString() : settings.authorityFile());
    }

    /** A node that listens on one address is reached by it, whether an interface shows it or not. */
    private static String names(NodeSettings settings) {
        Set<String> names = new TreeSet<>(settings.names());
        if (settings.isBoundToOne()) {
            names.add(settings.bindAddress());
        }
        return String.join(",", names);
    }
}
