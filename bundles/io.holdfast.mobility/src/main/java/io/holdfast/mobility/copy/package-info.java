/**
 * Brings the store's image to the source's state after a start or a gap: whole copy, delta by bitmap, scan by keyed block hashes.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.mobility.copy;

import org.jspecify.annotations.NullMarked;
