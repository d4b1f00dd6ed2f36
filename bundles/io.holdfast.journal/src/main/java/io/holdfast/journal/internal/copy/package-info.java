/**
 * Carrying a history from one store to another: what is done in which order, on two ports that the stores implement.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.journal.internal.copy;

import org.jspecify.annotations.NullMarked;
