package io.holdfast.console.rest.internal.server;

import io.holdfast.console.rest.internal.http.Failures;
import io.holdfast.console.rest.internal.http.JsonCodec;
import io.holdfast.console.rest.internal.http.Reply;
import java.nio.ByteBuffer;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Writes answers of the API. Thread-safe. */
final class Responder {

    private static final String JSON = "application/json";
    private static final int NO_CONTENT = 204;

    private final JsonCodec codec;
    private final EventStreams streams;

    Responder(JsonCodec codec, EventStreams streams) {
        this.codec = codec;
        this.streams = streams;
    }

    /** Writes an answer and completes the callback. An event stream is written by the calling thread until it ends. */
    void write(Response response, Reply reply, Callback callback) {
        HttpFields.Mutable headers = response.getHeaders();
        SecurityHeaders.addForApi(headers);
        switch (reply) {
            case Reply.Json json ->
                whole(response, json.status(), json.headers(), JSON, codec.write(json.body()), callback);
            case Reply.Failed failed ->
                whole(
                        response,
                        failed.status(),
                        failed.headers(),
                        JSON,
                        codec.write(Failures.body(failed.error())),
                        callback);
            case Reply.Bytes bytes -> whole(response, 200, Map.of(), bytes.contentType(), bytes.content(), callback);
            case Reply.Done done -> {
                done.headers().forEach(headers::put);
                endUnreadBody(response);
                response.setStatus(NO_CONTENT);
                callback.succeeded();
            }
            case Reply.Events events -> streams.serve(response, events.feed(), callback);
        }
    }

    private static void whole(
            Response response,
            int status,
            Map<String, String> more,
            String contentType,
            byte[] content,
            Callback callback) {
        HttpFields.Mutable headers = response.getHeaders();
        more.forEach(headers::put);
        headers.put(HttpHeader.CONTENT_TYPE, contentType);
        headers.put(HttpHeader.CONTENT_LENGTH, content.length);
        endUnreadBody(response);
        response.setStatus(status);
        response.write(true, ByteBuffer.wrap(content), callback);
    }

    /** Tells a client whose body was not waited for that this connection ends, so that it does not send its next request here. */
    private static void endUnreadBody(Response response) {
        if (!response.getRequest().consumeAvailable()) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
    }
}
