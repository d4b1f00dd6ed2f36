/**
 * Stores whose sealed segments rest outside of their folder: the file port over a folder and a line of objects for each machine.
 *
 * @since 1.0
 */
@NullMarked
package io.holdfast.journal.internal.offsite;

import org.jspecify.annotations.NullMarked;
