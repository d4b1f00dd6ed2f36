package io.holdfast.cli.internal.command;

import io.holdfast.cli.internal.CliException;
import io.holdfast.cli.internal.ExitCode;
import io.holdfast.cli.internal.args.Arguments;
import io.holdfast.cli.internal.client.ApiClient;
import io.holdfast.cli.internal.client.KnownServers;
import io.holdfast.cli.internal.client.ServerAddress;
import io.holdfast.cli.internal.client.Trust;
import io.holdfast.cli.internal.output.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the appliance that a command means, decides whom to believe there, and knows the session. */
final class Connections {

    private static final String URL = "HOLDFAST_URL";
    private static final String AUTHORITY = "HOLDFAST_CA";
    private static final long FILE_BYTES_MAX = 1 << 20;

    private final Map<String, String> environment;
    private final Terminal terminal;
    private final KnownServers known;

    Connections(Map<String, String> environment, Terminal terminal) {
        this.environment = environment;
        this.terminal = terminal;
        this.known = new KnownServers(folder(environment));
    }

    KnownServers known() {
        return known;
    }

    /** The appliance that is meant: the one named, that of the environment, the one signed in to last. */
    ServerAddress address(Arguments arguments) {
        return arguments
                .find("server")
                .or(() -> variable(URL))
                .map(ServerAddress::parse)
                .or(known::current)
                .orElseThrow(() -> CliException.usage(
                        "--server",
                        "--server: missing; expected --server https://HOST[:PORT], or " + URL
                                + " set, or an earlier login"));
    }

    /** A client with the session of the last sign-in. */
    ApiClient signedIn(Arguments arguments) {
        ServerAddress address = address(arguments);
        KnownServers.Entry entry = known.find(address).orElseThrow(() -> notSignedIn(address));
        @Nullable String token = entry.token();
        if (token == null) {
            throw notSignedIn(address);
        }
        X509Certificate authority =
                named(arguments).orElseGet(() -> Trust.parse(entry.authority(), "the kept certificate of " + address));
        return new ApiClient(address, Trust.context(authority), Optional.of(token));
    }

    /** The authority to believe at a sign-in: the one named, the one kept, or, the first time, the one that the server shows. */
    X509Certificate authority(ServerAddress address, Arguments arguments) {
        Optional<X509Certificate> named = named(arguments);
        if (named.isPresent()) {
            return named.get();
        }
        Optional<String> fingerprint =
                arguments.find("fingerprint").map(text -> text.replace(":", "").toLowerCase(Locale.ROOT));
        Optional<X509Certificate> kept = known.find(address)
                .map(KnownServers.Entry::authority)
                .map(pem -> Trust.parse(pem, "the kept certificate of " + address));
        if (fingerprint.isEmpty() && kept.isPresent()) {
            return kept.get();
        }
        X509Certificate shown = Trust.authorityShownBy(address);
        String found = Trust.fingerprint(shown);
        if (fingerprint.isEmpty()) {
            return firstUse(address, shown, found);
        }
        if (!fingerprint.get().equals(found)) {
            throw new CliException(
                    ExitCode.UNREACHABLE,
                    "CERTIFICATE_FOREIGN",
                    address.toString(),
                    address + ": its authority has the fingerprint " + found + "; expected " + fingerprint.get());
        }
        return shown;
    }

    private X509Certificate firstUse(ServerAddress address, X509Certificate shown, String fingerprint) {
        terminal.err().println("First contact with " + address + ". Fingerprint of its authority (SHA-256):");
        terminal.err().println("  " + fingerprint);
        terminal.err().println("Compare it with what the appliance shows; it is kept and asked for no more.");
        if (terminal.interactive()) {
            String answer = terminal.readLine("Is it right? [y/N] ").orElse("");
            if (!answer.strip().equalsIgnoreCase("y")) {
                throw new CliException(
                        ExitCode.UNREACHABLE,
                        "CERTIFICATE_FOREIGN",
                        address.toString(),
                        address + ": not trusted; nothing was sent to it");
            }
        }
        return shown;
    }

    private Optional<X509Certificate> named(Arguments arguments) {
        return arguments
                .file("ca")
                .or(() -> variable(AUTHORITY).map(Path::of))
                .map(file -> Trust.parse(readFile("--ca", file), "--ca " + file));
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    static String readFile(String option, Path file) {
        try {
            if (Files.size(file) <= FILE_BYTES_MAX) {
                return Files.readString(file);
            }
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.USAGE,
                    "INVALID_ARGUMENT",
                    option,
                    option + ": cannot read " + file + " (" + IoReasons.of(e) + ")",
                    e);
        }
        throw CliException.usage(option, option + ": " + file + " is larger than a megabyte; expected a short text");
    }

    private static CliException notSignedIn(ServerAddress address) {
        return new CliException(
                ExitCode.NOT_AUTHORISED,
                "NOT_AUTHENTICATED",
                address.toString(),
                address + ": not signed in; expected holdfastctl login --server " + address + " first");
    }

    private static Path folder(Map<String, String> environment) {
        String configured = environment.getOrDefault("XDG_CONFIG_HOME", "");
        Path base =
                configured.isBlank() ? Path.of(environment.getOrDefault("HOME", "."), ".config") : Path.of(configured);
        return base.resolve("holdfast");
    }
}
