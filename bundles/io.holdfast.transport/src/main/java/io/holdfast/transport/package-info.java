/**
 * Carries the replication protocol over TCP: sessions on Apache MINA inside mutual TLS 1.3, with limits, backpressure and reconnecting.
 * Plaintext does not exist as an option.
 *
 * <p>{@link io.holdfast.transport.TransportServer} listens, {@link io.holdfast.transport.TransportClient} connects; both give a
 * {@link io.holdfast.transport.Session} to a {@link io.holdfast.transport.SessionHandler}.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.transport;

import org.jspecify.annotations.NullMarked;
