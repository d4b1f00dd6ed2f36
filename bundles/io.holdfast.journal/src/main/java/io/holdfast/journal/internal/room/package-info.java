/**
 * What a store keeps free for its own maintenance.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.journal.internal.room;

import org.jspecify.annotations.NullMarked;
