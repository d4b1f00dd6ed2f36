/**
 * The writing side of the recovery store: intake log, segments, epochs, group commit, recovery after a crash.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.journal.internal.store;

import org.jspecify.annotations.NullMarked;
