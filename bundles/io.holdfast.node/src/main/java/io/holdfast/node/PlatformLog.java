package io.holdfast.node;

import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what the framework and its component runtime complain about into the node's own log, where people look for it.
 *
 * @since 1.0
 */
final class PlatformLog implements LogListener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PlatformLog.class);

    private final LogReaderService reader;

    /**
     * Begins to listen.
     *
     * @param reader the framework's log
     */
    PlatformLog(LogReaderService reader) {
        this.reader = reader;
        reader.addLogListener(this);
    }

    @Override
    @SuppressWarnings("null") // the framework's interface says nothing about null; it never passes null here
    public void logged(LogEntry entry) {
        if (entry.getLogLevel() == LogLevel.ERROR) {
            LOG.error("{} bundle={}", entry.getMessage(), entry.getBundle(), entry.getException());
        } else if (entry.getLogLevel() == LogLevel.WARN) {
            LOG.warn("{} bundle={}", entry.getMessage(), entry.getBundle(), entry.getException());
        }
    }

    /** Stops listening. Idempotent. */
    @Override
    public void close() {
        reader.removeLogListener(this);
    }
}
