/**
 * A store that is only read: the file port over a medium of which not one byte changes.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.journal.internal.overlay;

import org.jspecify.annotations.NullMarked;
