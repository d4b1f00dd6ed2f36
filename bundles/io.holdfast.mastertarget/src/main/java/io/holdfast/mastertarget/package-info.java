/**
 * The master target: keeps the recovery store, takes batches from process servers, offers any point as block devices (M-013, M-030).
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.mastertarget;

import org.jspecify.annotations.NullMarked;
