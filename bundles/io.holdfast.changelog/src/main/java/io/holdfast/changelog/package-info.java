/**
 * The change log ({@code .hrl}) that keeps what a source wrote until the store has it, and the bitmap that remembers what may differ when
 * the log cannot. Plain Java on a file port; no threads, no clock of its own.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.changelog;

import org.jspecify.annotations.NullMarked;
