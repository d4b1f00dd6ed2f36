package io.holdfast.console.rest.internal.http;

import java.io.InputStream;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** A request as it came from the network. Everything in it is the other side's word, but for the addresses and the certificates. */
public interface Incoming {

    /**
     * Names the method.
     *
     * @return as received, case-sensitive
     */
    String method();

    /**
     * Names the path.
     *
     * @return decoded, without dot segments
     */
    String path();

    /**
     * Gives what follows the question mark.
     *
     * @return still encoded; empty when there is none
     */
    String query();

    /**
     * Reads a header.
     *
     * @param name in any case
     * @return its first value
     */
    Optional<String> header(String name);

    /**
     * Reads a cookie.
     *
     * @param name case-sensitive
     * @return its value
     */
    Optional<String> cookie(String name);

    /**
     * Opens the body. Its length is unknown and must be bounded by the reader.
     *
     * @return the stream, the same at each call; reading it blocks
     */
    InputStream body();

    /**
     * Tells from where the request came.
     *
     * @return the address of the other side without its port
     */
    String remoteAddress();

    /**
     * Gives the certificates that the other side has proven to hold the key of.
     *
     * @return its own first, up to one issued by our authority; empty when it showed none
     */
    List<X509Certificate> peerCertificates();
}
