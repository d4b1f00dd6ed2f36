/**
 * UNIX sockets on which every read and write has an end: a peer that is stopped costs a bounded time, never a thread.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.adapter.kvm.unix;

import org.jspecify.annotations.NullMarked;
