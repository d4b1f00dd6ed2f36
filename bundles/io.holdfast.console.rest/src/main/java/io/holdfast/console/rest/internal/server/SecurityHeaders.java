package io.holdfast.console.rest.internal.server;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** What every answer tells the browser not to do. */
final class SecurityHeaders {

    /** Nothing from elsewhere, nothing inline, no frame around us. */
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
                    + "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /** A year, as browsers expect it. */
    private static final String TRANSPORT_SECURITY = "max-age=31536000";

    private SecurityHeaders() {}

    /** Adds them to an answer. */
    static void add(HttpFields.Mutable headers) {
        headers.put("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        headers.put(HttpHeader.STRICT_TRANSPORT_SECURITY, TRANSPORT_SECURITY);
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("X-Frame-Options", "DENY");
        headers.put("Referrer-Policy", "no-referrer");
        headers.put("Cross-Origin-Opener-Policy", "same-origin");
        headers.put("Cross-Origin-Resource-Policy", "same-origin");
        headers.put("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
    }

    /** Adds them to an answer of the API, which nobody may keep. */
    static void addForApi(HttpFields.Mutable headers) {
        add(headers);
        headers.put(HttpHeader.CACHE_CONTROL, "no-store");
    }
}
