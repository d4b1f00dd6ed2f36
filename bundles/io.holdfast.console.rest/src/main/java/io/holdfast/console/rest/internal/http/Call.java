package io.holdfast.console.rest.internal.http;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.configserver.Caller;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One admitted call of a route. Used by one thread. */
public final class Call {

    /** Enough for the largest body over a slow line; a sender that trickles is not waited for. */
    private static final long BODY_NANOS_MAX = TimeUnit.SECONDS.toNanos(15);

    private static final int PIECE_BYTES = 16 * 1024;
    private static final String JSON = "application/json";

    private final Incoming incoming;
    private final Map<String, String> pathValues;
    private final QueryString query;
    private final Optional<SignedIn> signedIn;
    private final int bodyBytesMax;
    private final long bodyNanosMax;
    private final JsonCodec codec;

    /**
     * Creates the call.
     *
     * @param incoming as received
     * @param found its route
     * @param signedIn who calls, when somebody has to
     * @param codec for its body
     * @throws HoldfastException {@code INVALID_ARGUMENT} when a query parameter is wrong
     */
    public Call(Incoming incoming, Router.Found found, Optional<SignedIn> signedIn, JsonCodec codec) {
        this(incoming, found, signedIn, codec, BODY_NANOS_MAX);
    }

    Call(Incoming incoming, Router.Found found, Optional<SignedIn> signedIn, JsonCodec codec, long bodyNanosMax) {
        this.incoming = incoming;
        this.pathValues = found.pathValues();
        this.query = QueryString.parse(incoming.query(), found.route().queryNames());
        this.signedIn = signedIn;
        this.bodyBytesMax = found.route().bodyBytesMax();
        this.bodyNanosMax = bodyNanosMax;
        this.codec = codec;
    }

    /**
     * Reads a part of the path.
     *
     * @param name of the place in the route's template
     * @return its value, not empty
     */
    public String path(String name) {
        String value = pathValues.get(name);
        if (value == null) {
            throw new IllegalStateException("the route has no place named " + name);
        }
        return value;
    }

    /**
     * Gives the query parameters.
     *
     * @return only those that the route understands
     */
    public QueryString query() {
        return query;
    }

    /**
     * Names who calls.
     *
     * @return the user of a route that asks for one
     */
    public Caller caller() {
        return signedIn().caller();
    }

    /**
     * Names who calls, with the session.
     *
     * @return the user of a route that asks for one, and what proves it
     */
    public SignedIn signedIn() {
        return signedIn.orElseThrow(() -> new IllegalStateException("this route asks for no user"));
    }

    /**
     * Gives the request itself.
     *
     * @return as received
     */
    public Incoming incoming() {
        return incoming;
    }

    /**
     * Reads the body.
     *
     * @param <T> what it must be
     * @param type what it must be
     * @return the value
     * @throws HoldfastException {@code INVALID_ARGUMENT} when it is no JSON of that type, {@code FRAME_TOO_LARGE} when it is longer than the bound,
     *     {@code NETWORK} when it ended early, {@code TIMEOUT} when it took too long
     */
    public <T> T body(Class<T> type) {
        String mediaType = incoming.header("Content-Type")
                .orElse("")
                .split(";", 2)[0]
                .strip()
                .toLowerCase(Locale.ROOT);
        if (!mediaType.equals(JSON)) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "Content-Type", "'" + mediaType + "' given; expected " + JSON);
        }
        return codec.read(content(), type);
    }

    private byte[] content() {
        long deadline = System.nanoTime() + bodyNanosMax;
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] piece = new byte[PIECE_BYTES];
        try {
            for (int count = incoming.body().read(piece);
                    count >= 0;
                    count = incoming.body().read(piece)) {
                content.write(piece, 0, count);
                if (content.size() > bodyBytesMax) {
                    throw new HoldfastException(
                            ErrorCode.FRAME_TOO_LARGE,
                            "body",
                            "longer than expected; at most " + bodyBytesMax + " bytes are read");
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new HoldfastException(
                            ErrorCode.TIMEOUT,
                            "body",
                            "it did not arrive whole in time; expected it within 15 seconds");
                }
            }
        } catch (IOException e) {
            throw new HoldfastException(ErrorCode.NETWORK, "body", "it ended before it was whole", e);
        }
        return content.toByteArray();
    }
}
