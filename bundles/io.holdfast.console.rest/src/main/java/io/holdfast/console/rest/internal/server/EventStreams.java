package io.holdfast.console.rest.internal.server;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.console.rest.internal.http.EventFeed;
import io.holdfast.console.rest.internal.http.EventFeed.Message;
import io.holdfast.console.rest.internal.http.JsonCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes server-sent events. Each stream is written by the thread that serves it, straight from its feed; the feed bounds what waits for a
 * slow reader. Thread-safe.
 */
final class EventStreams implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventStreams.class);

    /** More than one page for each of a few dozen operators. */
    private static final int STREAMS_MAX = 128;

    private static final byte[] HEARTBEAT = ": still here\n\n".getBytes(StandardCharsets.UTF_8);

    private final JsonCodec codec;
    private final long heartbeatMillis;
    private final Set<EventFeed> feeds = ConcurrentHashMap.newKeySet();
    private final Semaphore free = new Semaphore(STREAMS_MAX);
    private volatile boolean closed;

    EventStreams(JsonCodec codec, Duration heartbeat) {
        this.codec = codec;
        this.heartbeatMillis = heartbeat.toMillis();
    }

    /**
     * Writes one stream until its reader goes, its feed ends or this is closed; then completes the callback and closes the feed.
     *
     * @throws HoldfastException {@code OVERLOADED} when too many streams are open; the feed is closed, the callback not completed
     */
    void serve(Response response, EventFeed feed, Callback callback) {
        try (feed) {
            if (!free.tryAcquire()) {
                throw new HoldfastException(
                        ErrorCode.OVERLOADED, "events", STREAMS_MAX + " streams are open; expected fewer");
            }
            try {
                feeds.add(feed);
                response.setStatus(200);
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
                write(feed, Content.Sink.asOutputStream(response));
                callback.succeeded();
            } catch (IOException e) {
                LOG.debug("event stream ended by its reader", e);
                callback.failed(e);
            } finally {
                feeds.remove(feed);
                free.release();
            }
        }
    }

    /** Ends all streams, and those that begin later at once. */
    @Override
    public void close() {
        closed = true;
        feeds.forEach(EventFeed::close);
    }

    private void write(EventFeed feed, OutputStream out) throws IOException {
        long number = 0;
        out.write(HEARTBEAT);
        out.flush();
        while (!closed && feed.open()) {
            Optional<Message> message = next(feed);
            if (message.isPresent()) {
                number++;
                out.write(encode(number, message.get()));
            } else {
                out.write(HEARTBEAT);
            }
            out.flush();
        }
    }

    private Optional<Message> next(EventFeed feed) throws IOException {
        try {
            return feed.next(heartbeatMillis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for events", e);
        }
    }

    private byte[] encode(long number, Message message) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(("id: " + number + "\nevent: " + message.name() + "\ndata: ").getBytes(StandardCharsets.UTF_8));
        out.writeBytes(codec.write(message.body()));
        out.writeBytes("\n\n".getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }
}
