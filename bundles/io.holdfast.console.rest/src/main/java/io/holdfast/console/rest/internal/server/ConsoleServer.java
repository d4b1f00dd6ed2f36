package io.holdfast.console.rest.internal.server;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.console.rest.StaticContent;
import java.io.IOException;
import java.net.BindException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTPS server of the console: HTTP/1.1 over TLS 1.3 or 1.2, one port. Client certificates are asked for and not required; who shows one
 * that is not of our authority is turned away by TLS.
 */
public final class ConsoleServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleServer.class);

    private static final int IO_THREADS_MAX = 32;
    private static final int ACCEPTORS = 1;
    private static final int SELECTORS = 1;
    private static final int HEADER_BYTES_MAX = 16 * 1024;
    private static final int ACCEPT_QUEUE = 256;

    /** Calls that have not ended when the server stops get so long. */
    private static final long CALLS_END_MILLIS = 2_000;

    private final Server server;
    private final ServerConnector connector;
    private final ConnectionGuard guard;
    private final EventStreams streams;
    private final StaticPages pages = new StaticPages();
    private final ExecutorService workers;

    private ConsoleServer(ServerSettings settings, Supplier<SSLContext> tls, Api api) {
        this.streams = new EventStreams(api.codec(), settings.limits().heartbeat());
        this.workers = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("holdfast-console-call-", 0).factory());
        QueuedThreadPool threads = new QueuedThreadPool(IO_THREADS_MAX);
        threads.setName("holdfast-console");
        this.server = new Server(threads);
        this.connector = connector(server, settings, tls);
        this.guard = new ConnectionGuard(connector, settings.limits().request());
        Responder responder = new Responder(api.codec(), streams);
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(settings.limits().connectionsMax(), connector));
        server.setErrorHandler(new RefusalHandler(responder));
        server.setHandler(new Dispatcher(
                api, responder, pages, new Workers(workers, settings.limits().callsMax())));
    }

    /**
     * Starts a server. It answers when this returns.
     *
     * @param settings where to listen and what to bear
     * @param tls our certificate and the authority whose clients are trusted; asked anew at each connection
     * @param api what to serve
     * @return the server; close it
     * @throws HoldfastException {@code PORT_IN_USE}, or {@code INVALID_ARGUMENT} when the address or port may not be used; nothing listens
     */
    public static ConsoleServer start(ServerSettings settings, Supplier<SSLContext> tls, Api api) {
        ConsoleServer console = new ConsoleServer(settings, tls, api);
        try {
            console.connector.open();
        } catch (IOException e) {
            console.close();
            throw cannotListen(settings, e);
        }
        console.startServing();
        LOG.info(
                "console listens address={} port={} connectionsMax={}",
                settings.bindAddress(),
                console.port(),
                settings.limits().connectionsMax());
        return console;
    }

    /**
     * Tells where the server listens.
     *
     * @return the port, also when any free one was asked for
     */
    public int port() {
        return connector.getLocalPort();
    }

    /**
     * Shows these pages from now on, instead of those before.
     *
     * @param content the pages
     */
    public void use(StaticContent content) {
        pages.use(content);
    }

    /**
     * Shows these pages no longer. Does nothing when others have taken their place.
     *
     * @param content the pages
     */
    public void forget(StaticContent content) {
        pages.forget(content);
    }

    /** Stops listening, ends event streams, waits 2 seconds at most for calls under way, then closes all connections. Idempotent. */
    @Override
    public void close() {
        guard.close();
        connector.close();
        streams.close();
        workers.shutdown();
        try {
            if (!workers.awaitTermination(CALLS_END_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.info("console stops while calls are under way waitedMillis={}", CALLS_END_MILLIS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        stopServing();
    }

    private void startServing() {
        try {
            server.start();
            guard.start();
        } catch (Exception e) {
            close();
            throw new HoldfastException(
                    ErrorCode.INTERNAL, "console server", "it did not start; the cause follows in the log", e);
        }
    }

    private void stopServing() {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("console server did not stop cleanly", e);
        }
    }

    private static ServerConnector connector(Server server, ServerSettings settings, Supplier<SSLContext> tls) {
        HttpConfiguration http = new HttpConfiguration();
        http.setRequestHeaderSize(HEADER_BYTES_MAX);
        http.setSendServerVersion(false);
        http.addCustomizer(new SecureRequestCustomizer(false));
        ServerConnector connector = new ServerConnector(
                server,
                null,
                null,
                null,
                ACCEPTORS,
                SELECTORS,
                new SslConnectionFactory(new RenewedTls(tls), HttpVersion.HTTP_1_1.asString()),
                new HttpConnectionFactory(http));
        connector.setHost(settings.bindAddress());
        connector.setPort(settings.port());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        connector.setIdleTimeout(settings.limits().idle().toMillis());
        return connector;
    }

    private static HoldfastException cannotListen(ServerSettings settings, IOException cause) {
        String address = settings.bindAddress() + ":" + settings.port();
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        String words = String.valueOf(root.getMessage());
        if (root instanceof BindException && words.contains("in use")) {
            return new HoldfastException(
                    ErrorCode.PORT_IN_USE,
                    "address " + address,
                    "another process listens there; expected a free port, see --port",
                    cause);
        }
        if (words.contains("Permission denied")) {
            return new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "port " + settings.port(),
                    "this process may not listen there; expected a port from 1024 on, or the right to use lower ones",
                    cause);
        }
        return new HoldfastException(
                ErrorCode.INVALID_ARGUMENT,
                "address " + address,
                "cannot listen there: " + words + "; expected an address of this host",
                cause);
    }
}
