/**
 * How the protocol is spoken: transports, handshakes, requests and replies. Not exported.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.nbd.internal;

import org.jspecify.annotations.NullMarked;
