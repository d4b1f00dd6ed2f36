package io.holdfast.console.rest.internal.server;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.console.rest.internal.http.Failures;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Says in our form what Jetty itself refuses: a request that is no HTTP, too long, or written so that it could mean two things. */
final class RefusalHandler extends ErrorHandler {

    private static final int HEADERS_TOO_LARGE = 431;
    private static final int URI_TOO_LONG = 414;

    private final Responder responder;

    RefusalHandler(Responder responder) {
        this.responder = responder;
    }

    @Override
    @SuppressWarnings("null") // the library says nothing about null; it never passes null here
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        responder.write(response, Failures.reply(status < 400 ? 500 : status, error(status)), callback);
        return true;
    }

    @Override
    @SuppressWarnings("null") // the library says nothing about null; it never passes null here
    public ByteBuffer badMessageError(int status, String reason, HttpFields.Mutable headers) {
        SecurityHeaders.addForApi(headers);
        headers.put(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8");
        return ByteBuffer.wrap((error(status).getMessage() + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static HoldfastException error(int status) {
        return switch (status) {
            case HEADERS_TOO_LARGE ->
                new HoldfastException(
                        ErrorCode.FRAME_TOO_LARGE, "request headers", "longer than expected; at most 16 KiB are read");
            case URI_TOO_LONG ->
                new HoldfastException(
                        ErrorCode.FRAME_TOO_LARGE,
                        "request path",
                        "longer than expected; path and headers are read up to 16 KiB");
            default ->
                status >= 500
                        ? new HoldfastException(
                                ErrorCode.INTERNAL,
                                "server",
                                "the request could not be answered (status " + status + ")")
                        : new HoldfastException(
                                ErrorCode.PROTOCOL_ERROR,
                                "request",
                                "not understood (status " + status + "); expected plain HTTP/1.1");
        };
    }
}
