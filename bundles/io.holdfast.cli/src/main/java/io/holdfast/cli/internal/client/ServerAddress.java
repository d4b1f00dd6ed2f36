package io.holdfast.cli.internal.client;

import io.holdfast.cli.internal.CliException;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where an appliance is.
 *
 * @param host name or address
 * @param port 1 to 65,535
 */
public record ServerAddress(String host, int port) {

    private static final int PORT_USUAL = 443;
    private static final int PORT_MOST = 65_535;

    /**
     * Reads an address.
     *
     * @param text {@code https://HOST}, {@code https://HOST:PORT}, or the same without its beginning
     * @return the address
     * @throws CliException with usage when it is none
     */
    public static ServerAddress parse(String text) {
        try {
            URI uri = new URI(text.contains("://") ? text : "https://" + text);
            boolean bare = uri.getRawPath() == null
                    || uri.getRawPath().isEmpty()
                    || uri.getRawPath().equals("/");
            int port = uri.getPort() < 0 ? PORT_USUAL : uri.getPort();
            if ("https".equals(uri.getScheme())
                    && uri.getHost() != null
                    && bare
                    && uri.getRawQuery() == null
                    && port > 0
                    && port <= PORT_MOST) {
                return new ServerAddress(uri.getHost(), port);
            }
        } catch (URISyntaxException _) {
            // answered below, in words of ours
        }
        throw CliException.usage("server", "server: '" + text + "' given; expected https://HOST[:PORT]");
    }

    /**
     * Makes the address of a call.
     *
     * @param path begins with {@code /}, already encoded
     * @return the whole address
     */
    public URI uri(String path) {
        return URI.create(this + path);
    }

    @Override
    public String toString() {
        return "https://" + host + ":" + port;
    }
}
