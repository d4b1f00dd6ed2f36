/**
 * The vocabulary of the replication stream, shared by capture, change log, protocol, process server and recovery store.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.base.stream;

import org.jspecify.annotations.NullMarked;
