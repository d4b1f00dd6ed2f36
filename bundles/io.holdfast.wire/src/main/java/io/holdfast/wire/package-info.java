/**
 * The replication protocol: messages, frames and the rules of a conversation. Knows no sockets, no threads and no clock. The bytes are
 * written down in {@code docs/protocol/replication.md}.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.wire;

import org.jspecify.annotations.NullMarked;
