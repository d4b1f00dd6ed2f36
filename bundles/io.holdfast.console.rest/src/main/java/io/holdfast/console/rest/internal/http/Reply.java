package io.holdfast.console.rest.internal.http;

import io.holdfast.base.HoldfastException;
import java.util.Map;

/** An answer, before it is written. */
public sealed interface Reply {

    /**
     * A value as JSON.
     *
     * @param status of HTTP
     * @param body what the codec turns into JSON
     * @param headers beside the usual ones
     */
    record Json(int status, Object body, Map<String, String> headers) implements Reply {

        public Json {
            headers = Map.copyOf(headers);
        }
    }

    /**
     * Done, and nothing to say.
     *
     * @param headers beside the usual ones
     */
    record Done(Map<String, String> headers) implements Reply {

        public Done {
            headers = Map.copyOf(headers);
        }
    }

    /**
     * Bytes as they are.
     *
     * @param contentType what they are
     * @param content never changed
     */
    record Bytes(String contentType, byte[] content) implements Reply {}

    /**
     * Messages without an end, as server-sent events.
     *
     * @param feed where they come from; closed when the stream has ended
     */
    record Events(EventFeed feed) implements Reply {}

    /**
     * An error.
     *
     * @param status of HTTP
     * @param error its name and words
     * @param headers beside the usual ones
     */
    record Failed(int status, HoldfastException error, Map<String, String> headers) implements Reply {

        public Failed {
            headers = Map.copyOf(headers);
        }
    }

    /**
     * Answers with a value.
     *
     * @param body what the codec turns into JSON
     * @return status 200
     */
    static Reply ok(Object body) {
        return new Json(200, body, Map.of());
    }

    /**
     * Answers that something new exists.
     *
     * @param body what the codec turns into JSON
     * @return status 201
     */
    static Reply created(Object body) {
        return new Json(201, body, Map.of());
    }

    /**
     * Answers that work has begun which goes on after this answer.
     *
     * @param body what the codec turns into JSON
     * @return status 202
     */
    static Reply accepted(Object body) {
        return new Json(202, body, Map.of());
    }

    /**
     * Answers that all is done.
     *
     * @return status 204
     */
    static Reply done() {
        return new Done(Map.of());
    }
}
