/**
 * Network Block Device server and client on java.nio channels: fixed newstyle, structured replies, block status and TLS, over UNIX and TCP
 * sockets. {@code docs/protocol/nbd.md} says which part of the NBD specification is spoken and within which limits.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.nbd;

import org.jspecify.annotations.NullMarked;
