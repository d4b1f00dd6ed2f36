/**
 * The reading side of the recovery store: index runs, point images, block hashes.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.journal.internal.read;

import org.jspecify.annotations.NullMarked;
