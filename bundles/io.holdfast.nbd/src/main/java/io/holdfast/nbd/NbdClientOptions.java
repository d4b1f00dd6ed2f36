package io.holdfast.nbd;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/**
 * How a client connects and works.
 *
 * @param tls whether to upgrade
 * @param contexts metadata contexts to select, at most 32; those the server does not have are left out
 * @param timeoutMillis longest time for connecting and for each call, 1 to 600,000
 * @param requestsMax requests in flight, 1 to 256; further callers wait
 * @param threads makes the one thread that takes replies; it is named by the client
 * @since 1.0
 */
public record NbdClientOptions(
        NbdClientTls tls, List<String> contexts, int timeoutMillis, int requestsMax, ThreadFactory threads) {

    /** No TLS, no contexts, 30 s, 32 requests, daemon threads. */
    public static final NbdClientOptions DEFAULT = new NbdClientOptions(
            NbdClientTls.OFF,
            List.of(),
            30_000,
            32,
            Thread.ofPlatform().daemon().factory());

    private static final int CONTEXTS_LIMIT = 32;
    private static final int TIMEOUT_MILLIS_LIMIT = 600_000;
    private static final int REQUESTS_LIMIT = 256;

    public NbdClientOptions {
        contexts = List.copyOf(contexts);
        check("contexts", contexts.size(), 0, CONTEXTS_LIMIT);
        check("timeoutMillis", timeoutMillis, 1, TIMEOUT_MILLIS_LIMIT);
        check("requestsMax", requestsMax, 1, REQUESTS_LIMIT);
    }

    /**
     * The same with TLS.
     *
     * @param other whether to upgrade
     * @return new options
     */
    public NbdClientOptions withTls(NbdClientTls other) {
        return new NbdClientOptions(other, contexts, timeoutMillis, requestsMax, threads);
    }

    /**
     * The same with metadata contexts.
     *
     * @param names to select
     * @return new options
     */
    public NbdClientOptions withContexts(String... names) {
        return new NbdClientOptions(tls, List.of(names), timeoutMillis, requestsMax, threads);
    }

    /**
     * The same with another time limit.
     *
     * @param millis for connecting and for each call
     * @return new options
     */
    public NbdClientOptions withTimeoutMillis(int millis) {
        return new NbdClientOptions(tls, contexts, millis, requestsMax, threads);
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, name, value + "; expected " + least + " to " + most);
        }
    }
}
